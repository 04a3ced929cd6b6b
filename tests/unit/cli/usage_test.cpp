#include "unit/cli/command_line.hpp"

#include <catch2/catch.hpp>

namespace refrain::cli {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using Arguments = std::vector<std::string>;

TEST_CASE("The flag --version prints one line and succeeds", "[cli][usage]") {
    const auto outcome = run({"--version"});

    CHECK(outcome.code == 0);
    CHECK(outcome.out == version_line() + "\n");
    CHECK_THAT(outcome.out, StartsWith("refrain 0."));
    CHECK(outcome.err.empty());
}

TEST_CASE("Every command explains itself on standard output", "[cli][usage]") {
    const auto command = GENERATE(
        values<std::string>({"", "serve", "hash", "key", "check-config", "config", "stats"}));
    CAPTURE(command);

    const auto outcome = run(command.empty() ? Arguments{"--help"} : Arguments{command, "--help"});

    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out, Contains("--help"));
    CHECK_FALSE(outcome.served);
}

TEST_CASE("Help lists every command, and no flag that is only for the project", "[cli][usage]") {
    const auto all = run({"--help"}).out;
    for (const char* command : {"serve", "hash", "key", "check-config", "config", "stats"}) {
        CHECK_THAT(all, Contains(command));
    }
    CHECK_THAT(run({"config", "--help"}).out, !Contains("--markdown"));
}

TEST_CASE("Wrong usage is exit code 2 with a message on the error stream", "[cli][usage]") {
    const auto arguments = GENERATE(values<Arguments>({
        {},
        {"dance"},
        {"--dance"},
        {"serve", "--dance"},
        {"serve", "extra"},
        {"serve", "--config"},
        {"serve", "--mode", "fast"},
        {"serve", "--listen", "nowhere"},
        {"serve", "--log-level", "loud"},
        {"hash"},
        {"hash", "--nope", "x"},
        {"key"},
        {"key", "a", "b"},
        {"key", "--path", "v1/chat/completions", "-"},
        {"check-config"},
        {"check-config", ""},
        {"config", "x"},
        {"config", "--json", "--markdown"},
        {"stats", "x"},
    }));
    CAPTURE(arguments);

    const auto outcome = run(arguments);

    CHECK(outcome.code == 2);
    CHECK_FALSE(outcome.err.empty());
    CHECK(outcome.out.empty());
    CHECK_FALSE(outcome.served);
}

TEST_CASE("serve hands its flags over as settings", "[cli][serve]") {
    const Files files;
    const auto config = files.write("team.toml", "mode = \"off\"\nlog_level = \"warn\"\n");

    const auto outcome = run({"serve",
                              "--config",
                              config,
                              "--listen",
                              "[::1]:0",
                              "--data-dir",
                              "/srv/x",
                              "--mode",
                              "replay"});

    CHECK(outcome.code == 0);
    REQUIRE(outcome.served);
    CHECK(outcome.served->config.server.listen_host == "::1");
    CHECK(outcome.served->config.cache.data_dir == "/srv/x");
    CHECK(outcome.served->config.mode == config::Mode::replay);
    CHECK(outcome.served->config.log_level == config::LogLevel::warn);
    CHECK(outcome.served->sources.at("mode") == "flag");
    CHECK(outcome.served->inputs.file == config);
}

TEST_CASE("serve ends with the gateway's own exit code", "[cli][serve]") {
    CommandLine line;
    line.served_code = 1;

    CHECK(line.run({"serve"}).code == 1);
}

TEST_CASE("serve does not start with a bad configuration", "[cli][serve]") {
    const Files files;
    const auto config = files.write("team.toml", "mode = \"fast\"\n[server]\nthread = 4\n");

    const auto outcome = run({"serve", "--config", config});

    CHECK(outcome.code == 1);
    CHECK_FALSE(outcome.served);
    CHECK_THAT(outcome.err, Contains("refrain: mode = \"fast\""));
    CHECK_THAT(outcome.err, Contains("did you mean server.threads?"));
    CHECK(run({"serve", "--config", "/nonexistent.toml"}).code == 1);
}

TEST_CASE("A wrong flag is named as it was written", "[cli][serve]") {
    CHECK_THAT(run({"serve", "--log-level", "loud"}).err,
               StartsWith("refrain: --log-level \"loud\" is not one of the choices"));
}

}  // namespace refrain::cli
