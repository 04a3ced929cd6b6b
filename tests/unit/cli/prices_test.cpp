#include "cli/sparkline.hpp"
#include "unit/cli/command_line.hpp"

#include <catch2/catch.hpp>

namespace refrain::cli {

using Catch::Matchers::Contains;

TEST_CASE("prices MODEL prints each unit and where the price is from", "[cli][prices]") {
    const auto outcome = run({"prices", "gpt-5.5"});
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out, Contains("read 2026-07-24"));
    CHECK_THAT(outcome.out, Contains("above 272000 tokens"));
    CHECK_THAT(outcome.out, Contains("cached_input  a million  0.5"));
    CHECK_THAT(outcome.out, Contains("10 % more on regional hosts"));
}

TEST_CASE("prices says which name it went by", "[cli][prices]") {
    CHECK_THAT(run({"prices", "gpt-4o-2033-01-01"}).out,
               Contains("gpt-4o-2033-01-01, priced as snapshot of gpt-4o\n"));
    CHECK_THAT(run({"prices", "--provider", "google_tts", "--voice", "de-DE-Wavenet-B"}).out,
               Contains("priced as *wavenet*"));
}

TEST_CASE("prices of a model without one fails with what to do", "[cli][prices]") {
    const auto outcome = run({"prices", "llama-9"});
    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.err, Contains("no price is known for llama-9"));
    CHECK_THAT(outcome.err, Contains("pricing.overrides"));
}

TEST_CASE("prices without a model lists all, overrides among them", "[cli][prices]") {
    CommandLine line;
    line.environment["REFRAIN_PRICING_OVERRIDES"] = "llama-9 input=0.25 output=0.5";
    const auto outcome = line.run({"prices"});
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out, Contains("llama-9"));
    CHECK_THAT(outcome.out, Contains("whisper-1"));
    CHECK_THAT(outcome.out, Contains("second=0.0001"));
}

TEST_CASE("check-config reports prices that cannot be read", "[cli][prices]") {
    const Files files;
    const auto config = files.write("c.toml", "[pricing]\noverrides = [\"gpt-4o input=cheap\"]\n");
    const auto outcome = run({"check-config", config});
    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.out, Contains("pricing.overrides"));
}

TEST_CASE("A sparkline has a bar for each number", "[cli][stats]") {
    CHECK(sparkline({}).empty());
    CHECK(sparkline({0, 1, 4, 8}) == " ▁▄█");
    CHECK(sparkline({0, 0}) == "  ");
}

}  // namespace refrain::cli
