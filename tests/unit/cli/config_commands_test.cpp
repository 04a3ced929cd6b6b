#include "config/pages.hpp"
#include "config/schema.hpp"
#include "providers/json.hpp"
#include "unit/cli/command_line.hpp"

#include <catch2/catch.hpp>

namespace refrain::cli {

using Catch::Matchers::Contains;

TEST_CASE("check-config accepts what serve accepts", "[cli][config]") {
    const Files files;
    const auto file = files.write("team.toml", "mode = \"off\"\n");

    const auto outcome = run({"check-config", file});

    CHECK(outcome.code == 0);
    CHECK(outcome.out == file + ": ok\n");
}

TEST_CASE("check-config prints every problem, a line each", "[cli][config]") {
    const Files files;
    const auto file = files.write("team.toml", "mode = \"fast\"\n[server]\nthread = 4\n");

    CommandLine line;
    line.environment["REFRAIN_CACHE_MEMROY"] = "1GiB";
    const auto outcome = line.run({"check-config", file});

    CHECK(outcome.code == 1);
    CHECK(std::count(outcome.out.begin(), outcome.out.end(), '\n') == 3);
    CHECK_THAT(outcome.out, Contains("mode = \"fast\" (" + file + ":1)"));
    CHECK_THAT(outcome.out, Contains("did you mean server.threads?"));
    CHECK_THAT(outcome.out, Contains("did you mean REFRAIN_CACHE_MEMORY?"));
}

TEST_CASE("config shows every setting with value and source", "[cli][config]") {
    const Files files;
    const auto file = files.write("team.toml", "\n[cache]\nmemory = \"1GiB\"\n");
    CommandLine line;
    line.environment["REFRAIN_MODE"] = "off";

    const auto outcome = line.run({"config", "--config", file});

    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out, Contains("mode = \"off\"  (environment)"));
    CHECK_THAT(outcome.out, Contains("cache.memory = \"1GiB\"  (" + file + ":3)"));
    CHECK_THAT(outcome.out, Contains("cache.disk = \"10GiB\"  (default)"));
    CHECK_THAT(outcome.out, Contains("REFRAIN_CACHE_DISK, default \"10GiB\""));
    for (const auto& row : config::settings(config::default_upstreams())) {
        CHECK_THAT(outcome.out, Contains(row.name + " = "));
    }
}

TEST_CASE("config --json has one object for each setting", "[cli][config]") {
    CommandLine line;
    line.environment["REFRAIN_SERVER_THREADS"] = "3";
    line.environment["REFRAIN_UPSTREAMS_LLAMA_BASE_URL"] = "http://llama:8000";

    const auto outcome = line.run({"config", "--json"});

    CHECK(outcome.code == 0);
    const auto json = providers::parse_json(outcome.out);
    REQUIRE(json);
    auto upstreams = config::default_upstreams();
    upstreams["llama"];
    CHECK(json->size() == config::settings(upstreams).size());
    const auto named = [&](const std::string& name) {
        for (const auto& one : *json) {
            if (one.at("name") == name) return one;
        }
        FAIL(name);
        return providers::Json();
    };
    CHECK(named("server.threads").at("value") == 3);
    CHECK(named("server.threads").at("default") == 0);
    CHECK(named("server.threads").at("source") == "environment");
    CHECK(named("server.threads").at("env") == "REFRAIN_SERVER_THREADS");
    CHECK(named("server.allow_open").at("value") == false);
    CHECK(named("cache.data_dir").at("value") == "/home/ann/.local/share/refrain");
    CHECK(named("upstreams.llama.models").at("value") == providers::Json::array());
    CHECK(named("upstreams.llama.base_url").at("value") == "http://llama:8000");
    CHECK(named("upstreams.llama.base_url").at("default") == "");
}

TEST_CASE("config with a bad file says what is wrong", "[cli][config]") {
    const Files files;

    const auto outcome = run({"config", "--config", files.write("x.toml", "a = 1\n")});

    CHECK(outcome.code == 1);
    CHECK(outcome.out.empty());
    CHECK_THAT(outcome.err, Contains("is no setting"));
}

TEST_CASE("config prints the project's own documents", "[cli][config]") {
    CHECK(run({"config", "--markdown"}).out == config::markdown_page());
    CHECK(run({"config", "--toml"}).out == config::every_key_toml());
}

}  // namespace refrain::cli
