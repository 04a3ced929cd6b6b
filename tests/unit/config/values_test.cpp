// Each type of value: what is accepted, what is refused.
#include "unit/config/loading.hpp"

#include <catch2/catch.hpp>

namespace refrain::config {

using Catch::Matchers::Contains;
using std::chrono::milliseconds;

TEST_CASE("Durations may be words or seconds, and must be possible", "[config][values]") {
    CHECK(loaded("[cache.ttl]\nchat = \"90m\"").cache.ttl.at("chat") == std::chrono::minutes(90));
    CHECK(loaded("[cache.ttl]\nchat = 90").cache.ttl.at("chat") == std::chrono::seconds(90));
    CHECK(loaded("[cache.ttl]\nchat = 0").cache.ttl.at("chat") == milliseconds(0));

    const auto wrong = GENERATE(values<std::string>({"\"soon\"",
                                                     "\"\"",
                                                     "-1",
                                                     "1.5",
                                                     "true",
                                                     "\"-3s\"",
                                                     "\"9e9d\"",
                                                     "[\"7d\"]",
                                                     "9223372036854775807",
                                                     "2026-11-20",
                                                     "{ days = 7 }"}));
    CAPTURE(wrong);
    CHECK_FALSE(problems("[cache.ttl]\nchat = " + wrong).empty());
}

TEST_CASE("A timeout must end, and within a day", "[config][values]") {
    CHECK_THAT(problem("[server]\nidle_timeout = \"forever\""), Contains("from 1ms to 1d"));
    CHECK_THAT(problem("[server]\nidle_timeout = 0"), Contains("from 1ms to 1d"));
    CHECK_THAT(problem("[upstreams.openai]\ntimeout = \"25h\""), Contains("from 1ms to 1d"));
}

TEST_CASE("Sizes may be words or bytes, and must be possible", "[config][values]") {
    CHECK(loaded("[cache]\ndisk = 0").cache.disk_bytes == 0);
    CHECK(loaded("[cache]\nmemory = 4194304").cache.memory_bytes == 4ULL << 20);

    const auto wrong = GENERATE(values<std::string>({"\"big\"",
                                                     "\"1 GiB\"",
                                                     "-1",
                                                     "1.5e9",
                                                     "\"99999999TiB\"",
                                                     "\"512\\u0000MiB\"",
                                                     "false",
                                                     "1023"}));
    CAPTURE(wrong);
    CHECK_FALSE(problems("[cache]\nmemory = " + wrong).empty());
}

TEST_CASE("Whole numbers have bounds", "[config][values]") {
    CHECK(loaded("[server]\nmax_connections = 1").server.max_connections == 1);

    const auto wrong = GENERATE(values<std::string>(
        {"0", "1000001", "-5", "1.0", "\"10\"", "0x1_0000_0000", "true", "[]"}));
    CAPTURE(wrong);
    CHECK(problems("[server]\nmax_connections = " + wrong).size() == 1);
}

TEST_CASE("True and false are written without quotes", "[config][values]") {
    CHECK(loaded("[server]\nallow_open = true").server.allow_open);
    CHECK(loaded("", {{"HOME", "/h"}, {"REFRAIN_SERVER_ALLOW_OPEN", "true"}}).server.allow_open);

    CHECK_THAT(problem("[server]\nallow_open = \"true\""), Contains("without quotes"));
    CHECK_THAT(problem("[server]\nallow_open = 1"), Contains("neither true nor false"));
    CHECK_THAT(problem("", {{"HOME", "/h"}, {"REFRAIN_SERVER_ALLOW_OPEN", "yes"}}),
               Contains("neither true nor false"));
}

TEST_CASE("The address to listen on is a host and a port", "[config][values]") {
    const auto [listen, host, port] = GENERATE(table<std::string, std::string, int>({
        {"127.0.0.1:8080", "127.0.0.1", 8080},
        {"[::1]:8080", "::1", 8080},
        {"[::]:0", "::", 0},
        {"localhost:65535", "localhost", 65535},
        {"gateway.internal:443", "gateway.internal", 443},
    }));
    CAPTURE(listen);

    const Config config = loaded("[server]\nlisten = \"" + listen + "\"");

    CHECK(config.server.listen_host == host);
    CHECK(config.server.listen_port == port);
}

TEST_CASE("An address to listen on that makes no sense is refused", "[config][values]") {
    const auto listen = GENERATE(values<std::string>({"",
                                                      "8080",
                                                      ":8080",
                                                      "*:8080",
                                                      "localhost",
                                                      "localhost:",
                                                      "localhost:65536",
                                                      "localhost:-1",
                                                      "localhost:+1",
                                                      "localhost:80x",
                                                      "::1:8080",
                                                      "[::1]",
                                                      "[::1",
                                                      "[::1]8080",
                                                      "[localhost]:80",
                                                      "[]:80",
                                                      "300.1.1.1:80",
                                                      "1.2.3:80",
                                                      "a b:80",
                                                      "a/b:80",
                                                      "user@host:80",
                                                      "127.0.0.1:80:80",
                                                      "http://localhost:80"}));
    CAPTURE(listen);

    CHECK_THAT(problem("[server]\nlisten = \"" + listen + "\""),
               Contains("is not an address to listen on"));
}

TEST_CASE("A base URL is http or https with a host and no more than a path", "[config][values]") {
    const auto [given, kept] = GENERATE(table<std::string, std::string>({
        {"https://api.openai.com", "https://api.openai.com"},
        {"https://api.openai.com/", "https://api.openai.com"},
        {"http://[::1]:9000/a/b//", "http://[::1]:9000/a/b"},
        {"HTTP://10.0.0.1:80", "HTTP://10.0.0.1:80"},
    }));
    CAPTURE(given);

    CHECK(loaded("[upstreams.openai]\nbase_url = \"" + given + "\"")
              .upstreams.at("openai")
              .base_url == kept);
}

TEST_CASE("A base URL that cannot work is refused", "[config][values]") {
    const auto url = GENERATE(values<std::string>({"api.openai.com",
                                                   "ftp://a",
                                                   "https://",
                                                   "https:///path",
                                                   "https://a?x=1",
                                                   "https://a#b",
                                                   "https://a:0",
                                                   "https://a:99999",
                                                   "https://a:b",
                                                   "https://a:",
                                                   "https://a b",
                                                   "https://u@a",
                                                   "https://[::1",
                                                   "https://[zz]",
                                                   "https://1.2.3.999",
                                                   "https://a\\\\b",
                                                   "file:///etc/passwd",
                                                   "https://exa\\u0000mple",
                                                   "://a",
                                                   "https://\xc3\xa4.example"}));
    CAPTURE(url);

    CHECK_FALSE(problems("[upstreams.openai]\nbase_url = \"" + url + "\"").empty());
}

TEST_CASE("A public URL is an origin", "[config][values]") {
    CHECK(loaded("[server]\npublic_url = \"https://cdn.example/\"").server.public_url ==
          "https://cdn.example");
    CHECK_THAT(problem("[server]\npublic_url = \"https://cdn.example/x\""), Contains("has a path"));
}

TEST_CASE("Lists hold texts, and in the environment commas separate them", "[config][values]") {
    const Environment environment{{"HOME", "/h"}, {"REFRAIN_UPSTREAMS_OPENAI_MODELS", "a*, b ,c"}};
    CHECK(loaded("", environment).upstreams.at("openai").models ==
          std::vector<std::string>{"a*", "b", "c"});
    CHECK(loaded("[upstreams.openai]\nmodels = []").upstreams.at("openai").models.empty());

    const auto wrong = GENERATE(values<std::string>(
        {"\"llama*\"", "[1]", "[\"a\", 2]", "[[\"a\"]]", "[\"\"]", "[\"\\n\"]"}));
    CAPTURE(wrong);
    CHECK(problems("[upstreams.openai]\nmodels = " + wrong).size() == 1);
}

TEST_CASE("Passwords in URLs are masked", "[config][values]") {
    CHECK(masked_url("redis://ann:secret@host:6379/1") == "redis://***@host:6379/1");
    CHECK(masked_url("redis://:p@ss/w@host") == "redis://***@host");
    CHECK(masked_url("redis://host:6379") == "redis://host:6379");
    CHECK(masked_url("https://a/b?key=secret") == "https://a/b?***");
    CHECK(masked_url("ann:secret@host") == "***@host");
    CHECK(masked_url("").empty());
}

}  // namespace refrain::config
