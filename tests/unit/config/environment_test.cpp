#include "unit/config/loading.hpp"

#include <catch2/catch.hpp>

namespace refrain::config {

using Catch::Matchers::Contains;

namespace {

Environment with(const std::string& variable, const std::string& value) {
    return {{"HOME", "/h"}, {variable, value}};
}

}  // namespace

TEST_CASE("Every kind of setting can come from the environment", "[config][environment]") {
    Environment environment{{"HOME", "/h"},
                            {"REFRAIN_MODE", "off"},
                            {"REFRAIN_SERVER_LISTEN", "0.0.0.0:80"},
                            {"REFRAIN_SERVER_THREADS", "2"},
                            {"REFRAIN_CACHE_DATA_DIR", "/srv"},
                            {"REFRAIN_CACHE_TTL_COUNT_TOKENS", "1h"},
                            {"REFRAIN_UPSTREAMS_OPENAI_BASE_URL", "http://a"},
                            {"REFRAIN_UPSTREAMS_GOOGLE_TTS_API_KEY_ENV", "TTS_KEY"}};

    const Config config = loaded("", environment);

    CHECK(config.mode == Mode::off);
    CHECK(config.server.listen_port == 80);
    CHECK(config.server.threads == 2);
    CHECK(config.cache.data_dir == "/srv");
    CHECK(config.cache.ttl.at("count_tokens") == std::chrono::hours(1));
    CHECK(config.upstreams.at("openai").base_url == "http://a");
    CHECK(config.upstreams.at("google_tts").api_key_env == "TTS_KEY");
}

TEST_CASE("The environment alone can add an upstream", "[config][environment]") {
    Environment environment{{"HOME", "/h"},
                            {"REFRAIN_UPSTREAMS_MY_LLAMA_BASE_URL", "http://a"},
                            {"REFRAIN_UPSTREAMS_MY_LLAMA_CONNECT_TIMEOUT", "1s"}};

    const Config config = loaded("", environment);

    CHECK(config.upstreams.at("my_llama").base_url == "http://a");
    CHECK(config.upstreams.at("my_llama").connect_timeout == std::chrono::seconds(1));
    CHECK(config.upstreams.size() == 5);
}

TEST_CASE("A hyphen in an upstream's name is an underscore in the environment",
          "[config][environment]") {
    const Config config = loaded("[upstreams.my-llama]\nbase_url = \"http://a\"",
                                 with("REFRAIN_UPSTREAMS_MY_LLAMA_BASE_URL", "http://b"));

    CHECK(config.upstreams.at("my-llama").base_url == "http://b");
    CHECK(config.upstreams.count("my_llama") == 0);
}

TEST_CASE("Two upstreams with the same variables are a problem", "[config][environment]") {
    CHECK_THAT(problem("[upstreams.a-b]\nbase_url = \"http://a\"\n"
                       "[upstreams.a_b]\nbase_url = \"http://b\""),
               Contains("upstreams.a_b has the same environment variables"));
}

TEST_CASE("An empty variable is as good as none", "[config][environment]") {
    CHECK(loaded("", with("REFRAIN_SERVER_LISTEN", "")).server.listen_port == 8080);
    CHECK(loaded("", with("REFRAIN_UPSTREAMS_NEW_BASE_URL", "")).upstreams.size() == 4);
}

TEST_CASE("A wrong value names the variable it came from", "[config][environment]") {
    CHECK(problem("", with("REFRAIN_CACHE_MEMORY", "lots")) ==
          "cache.memory = \"lots\" (REFRAIN_CACHE_MEMORY) is not a size; write one such as "
          "\"64KiB\", \"512MiB\" or \"10GiB\".");
}

TEST_CASE("A variable that was meant as a setting is not overlooked", "[config][environment]") {
    const auto [variable, meant] = GENERATE(table<std::string, std::string>({
        {"REFRAIN_CACHE_MEMROY", "did you mean REFRAIN_CACHE_MEMORY?"},
        {"REFRAIN_MODES", "did you mean REFRAIN_MODE?"},
        {"REFRAIN_LISTEN", "did you mean REFRAIN_SERVER_LISTEN?"},
        {"REFRAIN_SERVER_WHATEVER_ELSE", "`refrain config` lists all"},
        {"REFRAIN_UPSTREAMS_OPENAI_BASEURL", "did you mean REFRAIN_UPSTREAMS_OPENAI_BASE_URL?"},
        {"REFRAIN_UPSTREAMS_BASE_URL", "did you mean"},
    }));
    CAPTURE(variable);

    CHECK_THAT(problem("", with(variable, "x")), Contains(variable) && Contains(meant));
}

TEST_CASE("Variables of other tools are left alone", "[config][environment]") {
    const auto variable = GENERATE(values<std::string>({"REFRAIN_URL",
                                                        "REFRAIN_ADMIN_TOKEN",
                                                        "REFRAIN_BIN",
                                                        "REFRAIN_DEMO_BIN",
                                                        "REFRAIN_TEST_REDIS",
                                                        "REFRAIN_KILL_LOOPS",
                                                        "REFRAIN_GOLDEN_UPDATE",
                                                        "REFRAIN_SERVICE_HOST",
                                                        "REFRAIN_PORT",
                                                        "REFRAIN_PORT_8080_TCP_ADDR",
                                                        "REFRAIN_CACHE_SERVICE_PORT_HTTP",
                                                        "REFRAIN_SERVER_PORT_80_TCP",
                                                        "REFRAIN_SOMETHING_QUITE_DIFFERENT",
                                                        "REFRAINED_MODE"}));
    CAPTURE(variable);

    CHECK(problems("", with(variable, "tcp://10.0.0.1:8080")).empty());
}

TEST_CASE("A secret is read from the variable a setting names", "[config][environment]") {
    const auto result = load({"", {{"HOME", "/h"}, {"OPENAI_API_KEY", "sk-1"}}, {}});

    REQUIRE(result);
    CHECK(result->secret(result->config.upstreams.at("openai").api_key_env) == "sk-1");
    CHECK(result->secret(result->config.upstreams.at("gemini").api_key_env).empty());
    CHECK(result->secret("").empty());
}

}  // namespace refrain::config
