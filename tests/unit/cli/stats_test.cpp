// `refrain stats` against a gateway that says what each test wants.
#include "support/held_port.hpp"
#include "support/scripted_upstream.hpp"
#include "unit/cli/command_line.hpp"

#include <catch2/catch.hpp>

namespace refrain::cli {

using Catch::Matchers::Contains;
using tests::HeldPort;
using tests::Reply;
using tests::ScriptedUpstream;

namespace {

constexpr auto kReport = R"({"since":"2026-11-20T10:00:00Z","totals":{"requests":3,"hits":2}})";

}  // namespace

TEST_CASE("stats asks the gateway of --url and shows its report", "[cli][stats]") {
    ScriptedUpstream gateway;
    gateway.on("GET", "/refrain/stats", Reply::json(kReport));

    const auto outcome = run({"stats", "--url", gateway.url()});

    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out, Contains("requests   3\n"));
    CHECK(outcome.err.empty());
    CHECK(gateway.received() == 1);
    CHECK_FALSE(gateway.last().has_header("Authorization"));
}

TEST_CASE("stats --json prints the report as served", "[cli][stats]") {
    ScriptedUpstream gateway;
    gateway.on("GET", "/refrain/stats", Reply::json(kReport));

    CHECK(run({"stats", "--json", "--url", gateway.url() + "/"}).out ==
          std::string(kReport) + "\n");
}

TEST_CASE("stats takes the gateway and the token from the environment", "[cli][stats]") {
    ScriptedUpstream gateway;
    gateway.on("GET", "/refrain/stats", Reply::json(kReport));
    CommandLine line;
    line.environment["REFRAIN_URL"] = gateway.url();
    line.environment["REFRAIN_ADMIN_TOKEN"] = "secret-1";

    CHECK(line.run({"stats"}).code == 0);

    CHECK(gateway.last().header("Authorization") == "Bearer secret-1");
}

TEST_CASE("A gateway behind a path prefix is asked there", "[cli][stats]") {
    ScriptedUpstream gateway;
    gateway.on("GET", "/ai/refrain/stats", Reply::json(kReport));

    CHECK(run({"stats", "--url", gateway.url() + "/ai/"}).code == 0);
}

TEST_CASE("No gateway there: a sentence that says what to do", "[cli][stats]") {
    const HeldPort nobody;

    const auto outcome = run({"stats", "--url", nobody.url()});

    CHECK(outcome.code == 1);
    CHECK(outcome.out.empty());
    CHECK(outcome.err == "refrain: cannot reach a gateway at " + nobody.url() +
                             ": nothing answers there; start one with `refrain serve`, or name "
                             "another with --url or REFRAIN_URL\n");
}

TEST_CASE("Answers that are no report end with a sentence", "[cli][stats]") {
    const auto [reply, said] = GENERATE(table<Reply, std::string>({
        {Reply::json("{}", 401), "set REFRAIN_ADMIN_TOKEN"},
        {Reply::json("{}", 403), "set REFRAIN_ADMIN_TOKEN"},
        {Reply::json("{}", 404), "the answer was 404"},
        {Reply::json("{}"), "is no savings report"},
        {Reply::json("<html>"), "is no savings report"},
        {Reply::json(kReport).keep(60).close(), "before a whole answer came"},
        {Reply::json(kReport).keep(60).reset(), "before a whole answer came"},
        {Reply::raw("SSH-2.0-OpenSSH_9.2\r\n").close(), "before a whole answer came"},
        {Reply::json(std::string(17 << 20, ' ')), "the answer is too long"},
    }));
    CAPTURE(said);
    ScriptedUpstream gateway;
    gateway.on("GET", "/refrain/stats", reply);

    const auto outcome = run({"stats", "--url", gateway.url()});

    CHECK(outcome.code == 1);
    CHECK(outcome.out.empty());
    CHECK_THAT(outcome.err, Contains(said));
}

TEST_CASE("A URL that is none, or a token that would break a header, is never used",
          "[cli][stats]") {
    CHECK_THAT(run({"stats", "--url", "127.0.0.1:8080"}).err, Contains("URL is none"));
    CHECK_THAT(run({"stats", "--url", "ftp://127.0.0.1"}).err, Contains("URL is none"));
    CHECK_THAT(run({"stats", "--url", "http://ann:hunter2@127.0.0.1"}).err, !Contains("hunter2"));

    CommandLine line;
    line.environment["REFRAIN_ADMIN_TOKEN"] = "a\r\nX-Evil: 1";
    const auto outcome = line.run({"stats"});
    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.err, Contains("REFRAIN_ADMIN_TOKEN holds"));
}

}  // namespace refrain::cli
