#include "unit/config/loading.hpp"

#include <catch2/catch.hpp>

namespace refrain::config {

using Catch::Matchers::Contains;
using std::chrono::hours;
using std::chrono::seconds;
using Sentences = std::vector<std::string>;

TEST_CASE("No file, no environment, no flags: every setting has its default", "[config][load]") {
    const auto result = load({"", kHomeOnly, {}});

    REQUIRE(result);
    CHECK(result->sources.empty());
    CHECK(result->config.mode == Mode::memoize);
    CHECK(result->config.server.listen_host == "127.0.0.1");
    CHECK(result->config.server.listen_port == 8080);
    CHECK(result->config.cache.memory_bytes == 512ULL << 20);
    CHECK(result->config.cache.disk_bytes == 10ULL << 30);
    CHECK(result->config.cache.ttl.at("chat") == hours(7 * 24));
    CHECK(result->config.cache.ttl.at("embeddings") == kForever);
    CHECK(result->config.cache.data_dir == "/home/ann/.local/share/refrain");
    CHECK(result->config.upstreams.at("openai").base_url == "https://api.openai.com");
    CHECK(result->config.upstreams.at("openai").api_key_env == "OPENAI_API_KEY");
}

TEST_CASE("A file sets what it names and leaves the rest", "[config][load]") {
    const Config config = loaded(R"(
mode = "replay"
[server]
listen = "[::1]:0"
threads = 3
idle_timeout = 20
[cache]
memory = "1GiB"
[cache.ttl]
chat = "12h"
speech = "forever"
[upstreams.openai]
base_url = "http://127.0.0.1:9000/prefix/"
[upstreams.llama]
base_url = "http://localhost:8000"
models = ["llama*", "qwen*"]
)");

    CHECK(config.mode == Mode::replay);
    CHECK(config.server.listen_host == "::1");
    CHECK(config.server.listen_port == 0);
    CHECK(config.server.threads == 3);
    CHECK(config.server.idle_timeout == seconds(20));
    CHECK(config.server.header_timeout == seconds(15));
    CHECK(config.cache.memory_bytes == 1ULL << 30);
    CHECK(config.cache.ttl.at("chat") == hours(12));
    CHECK(config.cache.ttl.at("speech") == kForever);
    CHECK(config.cache.ttl.at("images") == hours(30 * 24));
    CHECK(config.upstreams.at("openai").base_url == "http://127.0.0.1:9000/prefix");
    CHECK(config.upstreams.at("openai").api_key_env == "OPENAI_API_KEY");
    CHECK(config.upstreams.at("llama").kind == UpstreamKind::openai);
    CHECK(config.upstreams.at("llama").models == Sentences{"llama*", "qwen*"});
    CHECK(config.upstreams.size() == 5);
}

TEST_CASE("A flag wins over the environment, and that over the file", "[config][load]") {
    const File file(
        "[server]\nlisten = \"127.0.0.1:1\"\n[cache]\nmemory = \"1GiB\"\ndisk = \"1GiB\"\n");
    Environment environment = kHomeOnly;
    environment["REFRAIN_SERVER_LISTEN"] = "127.0.0.1:2";
    environment["REFRAIN_CACHE_MEMORY"] = "2GiB";

    const auto result = load({file.path(), environment, {{"server.listen", "127.0.0.1:3"}}});

    REQUIRE(result);
    CHECK(result->config.server.listen_port == 3);
    CHECK(result->config.cache.memory_bytes == 2ULL << 30);
    CHECK(result->config.cache.disk_bytes == 1ULL << 30);
    CHECK(result->sources.at("server.listen") == "flag");
    CHECK(result->sources.at("cache.memory") == "environment");
    CHECK(result->sources.at("cache.disk") == file.path() + ":5");
    CHECK(result->sources.count("cache.data_dir") == 0);
}

TEST_CASE("All problems are reported at once, each with key, value, place and fix",
          "[config][load]") {
    const auto all = problems(R"(mode = "fast"
[server]
listen = "8080"
threads = "4"
tls_cert = "/etc/cert.pem"
[cache]
memroy = "1GiB"
memory = "lots"
[upstreams.openai]
retries = -1
)");

    CHECK(all ==
          Sentences{
              "mode = \"fast\" (team.toml:1) is not one of the choices; write memoize, observe, "
              "refresh, replay or off.",
              "server.listen = \"8080\" (team.toml:3) is not an address to listen on; write "
              "HOST:PORT such as \"127.0.0.1:8080\", \"0.0.0.0:8080\" or \"[::1]:8080\".",
              "server.threads = \"4\" (team.toml:4) is text; write a whole number without quotes.",
              "cache.memroy (team.toml:7) is no setting; did you mean cache.memory?",
              "cache.memory = \"lots\" (team.toml:8) is not a size; write one such as \"64KiB\", "
              "\"512MiB\" or \"10GiB\".",
              "upstreams.openai.retries = -1 (team.toml:10) is not possible; write a whole number "
              "from 0 to 10.",
              "server.tls_cert = \"/etc/cert.pem\" (team.toml:5) needs server.tls_key beside it; "
              "set both or none.",
          });
}

TEST_CASE("An unknown key suggests what was meant", "[config][load]") {
    const auto [toml, meant] = GENERATE(table<std::string, std::string>({
        {"mod = \"off\"", "did you mean mode?"},
        {"listen = \"127.0.0.1:1\"", "did you mean server.listen?"},
        {"[server]\nlsiten = \"127.0.0.1:1\"", "did you mean server.listen?"},
        {"[cache]\nchat = \"7d\"", "did you mean cache.ttl.chat?"},
        {"[cache.ttl]\nembedding = \"7d\"", "did you mean cache.ttl.embeddings?"},
        {"[upstreams.openai]\nbaseurl = \"http://a\"", "did you mean upstreams.openai.base_url?"},
        {"[upstreams.openai]\napi_key = \"sk-1\"", "did you mean upstreams.openai.api_key_env?"},
        {"\"server.listen\" = \"127.0.0.1:1\"", "did you mean server.listen?"},
        {"[sevrer]\nlisten = \"127.0.0.1:1\"\nthreads = 1", "did you mean [server]?"},
        {"[cache.tll]\nchat = \"7d\"", "did you mean [cache.ttl]?"},
        {"[ttl]\nchat = \"7d\"", "did you mean [cache.ttl]?"},
        {"cache = \"1GiB\"", "is a section, not a setting; write [cache]."},
        {"zzzzzzzzzzzz = 1", "`refrain config` lists all there are."},
        {"[zzzzzzzzzzzz]\na = 1\nb = 2", "`refrain config` lists all settings."},
        {"[mode]\nx = 1", "is a setting, not a section"},
    }));
    CAPTURE(toml);

    CHECK_THAT(problem(toml), Contains(meant));
}

TEST_CASE("A secret written where a name belongs is not repeated", "[config][load]") {
    const std::string said = problem("[upstreams.openai]\napi_key_env = \"sk-proj-1234\"\n");

    CHECK_THAT(said, Contains("is not the name of an environment variable"));
    CHECK_THAT(said, !Contains("1234"));
}

TEST_CASE("Credentials in a URL are neither accepted nor repeated", "[config][load]") {
    const auto toml = GENERATE(values<std::string>({
        "[upstreams.openai]\nbase_url = \"https://ann:hunter2@api.openai.com\"",
        "[upstreams.openai]\nbase_url = \"https://api.openai.com/?key=hunter2\"",
        "[server]\npublic_url = \"ftp://ann:hunter2@cdn\"",
        "[redis]\nurl = \"http://ann:hunter2@redis\"",
        "[redis]\nurl = \"redis://ann:hunter2@redis:6379/0\"",
    }));
    CAPTURE(toml);

    CHECK_THAT(problem(toml), !Contains("hunter2"));
}

TEST_CASE("A file that is not TOML is one problem with line and column", "[config][load]") {
    CHECK_THAT(problem("mode = \"off\"\n[server\nthreads = 1\n"), Contains("team.toml:2:"));
    CHECK_THAT(problem("mode = \"off\"\nmode = \"off\"\n"), Contains("is not TOML"));
    CHECK_THAT(problem("mode = \"\xff\xfe\"\n"), Contains("is not TOML"));
    CHECK_THAT(problem(std::string("mode = \"o\0ff\"\n", 14)), Contains("is not TOML"));
    CHECK_THAT(problem("a = " + std::string(5000, '[')), Contains("is not TOML"));
}

TEST_CASE("A file that cannot be read is a sentence", "[config][load]") {
    const auto missing = load({"/nonexistent/team.toml", kHomeOnly, {}});
    const auto folder = load({"/tmp", kHomeOnly, {}});
    const auto endless = load({"/dev/zero", kHomeOnly, {}});

    REQUIRE_FALSE(missing);
    CHECK(missing.error()[0].sentence ==
          "/nonexistent/team.toml cannot be read: No such file or directory.");
    REQUIRE_FALSE(folder);
    CHECK(folder.error()[0].sentence == "/tmp is a folder; name a TOML file.");
    REQUIRE_FALSE(endless);
    CHECK_THAT(endless.error()[0].sentence, Contains("longer than 1 MiB"));
}

TEST_CASE("Hostile key names cannot forge a line of the report", "[config][load]") {
    const std::string said = problem("\"x\\u001b[31m\\nmode is fine\" = 1\n");

    CHECK(said.find('\n') == said.npos);
    CHECK(said.find('\x1b') == said.npos);
}

TEST_CASE("The store is below XDG_DATA_HOME, else below HOME", "[config][load]") {
    CHECK(loaded("", {{"XDG_DATA_HOME", "/data"}}).cache.data_dir == "/data/refrain");
    CHECK(loaded("", {{"XDG_DATA_HOME", "relative"}, {"HOME", "/h"}}).cache.data_dir ==
          "/h/.local/share/refrain");
    CHECK(loaded("[cache]\ndata_dir = \"~/x\"", {{"HOME", "/h"}}).cache.data_dir == "/h/x");
    CHECK(loaded("[cache]\ndata_dir = \"/srv/x\"", {}).cache.data_dir == "/srv/x");
    CHECK_THAT(problem("", {}), Contains("cache.data_dir") && Contains("HOME, which is not set"));
}

TEST_CASE("Loading the same inputs again sees what the file says now", "[config][load]") {
    const File file("[cache]\nmemory = \"1GiB\"\n");
    const auto first = file.load();
    REQUIRE(first);
    std::ofstream(file.path()) << "[cache]\nmemory = \"2GiB\"\n";

    const auto second = load(first->inputs);

    REQUIRE(second);
    CHECK(second->config.cache.memory_bytes == 2ULL << 30);
}

TEST_CASE("A flag that is wrong is a problem too", "[config][load]") {
    const auto result = load({"", kHomeOnly, {{"server.listen", "nowhere"}}});

    REQUIRE_FALSE(result);
    REQUIRE(result.error().size() == 1);
    CHECK(result.error()[0].key == "server.listen");
    CHECK_THAT(result.error()[0].sentence, Contains("server.listen = \"nowhere\" (flag)"));
}

}  // namespace refrain::config
