// `refrain purge` against a gateway that says what each test wants.
#include "support/scripted_upstream.hpp"
#include "unit/cli/command_line.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace refrain::cli {

using Catch::Matchers::Contains;
using Json = nlohmann::json;
using tests::Reply;
using tests::ScriptedUpstream;

namespace {

const std::string kPath = "/refrain/invalidate";

}  // namespace

TEST_CASE("purge sends what was selected and prints how many", "[cli][purge]") {
    ScriptedUpstream gateway;
    gateway.on("POST", kPath, Reply::json(R"({"matched":2})"));
    CommandLine line;
    line.environment["REFRAIN_ADMIN_TOKEN"] = "secret-1";

    const auto outcome = line.run({"purge",
                                   "--url",
                                   gateway.url(),
                                   "--model",
                                   "gpt-*",
                                   "--tag",
                                   "demo",
                                   "--tag",
                                   "old",
                                   "--older-than",
                                   "7d",
                                   "--key",
                                   "ab"});

    CHECK(outcome.code == 0);
    CHECK(outcome.out == "2 entries gone\n");
    CHECK(gateway.last().header("Authorization") == "Bearer secret-1");
    CHECK(Json::parse(gateway.last().body) == Json({{"model", "gpt-*"},
                                                    {"tags", {"demo", "old"}},
                                                    {"older_than", "7d"},
                                                    {"pattern", "ab"}}));
}

TEST_CASE("purge --dry-run says what would go", "[cli][purge]") {
    ScriptedUpstream gateway;
    gateway.on("POST", kPath, Reply::json(R"({"matched":1})"));

    const auto outcome = run({"purge", "--all", "--dry-run", "--url", gateway.url()});

    CHECK(outcome.out == "1 entry would go\n");
    CHECK(Json::parse(gateway.last().body) == Json({{"all", true}, {"dry_run", true}}));
}

TEST_CASE("purge of nothing in particular is wrong usage, and asks nobody", "[cli][purge]") {
    ScriptedUpstream gateway;

    const auto outcome = run({"purge", "--url", gateway.url()});

    CHECK(outcome.code == 2);
    CHECK_THAT(outcome.err, Contains("--all"));
    CHECK(gateway.received() == 0);
}

TEST_CASE("A refusal of the gateway is passed on in its words", "[cli][purge]") {
    ScriptedUpstream gateway;
    gateway.on(
        "POST",
        kPath,
        Reply::json(R"({"error":{"code":"refrain_unauthorized","message":"no token"}})", 401));

    const auto outcome = run({"purge", "--all", "--url", gateway.url()});

    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.err, Contains("no token"));
}

}  // namespace refrain::cli
