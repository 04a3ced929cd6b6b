#include "upstream/address.hpp"

#include <catch2/catch.hpp>

#include <tuple>

namespace refrain::upstream {
namespace {

TEST_CASE("Address: a base URL is taken apart", "[upstream][address]") {
    const auto [url, tls, host, port, path] =
        GENERATE(table<std::string, bool, std::string, int, std::string>(
            {{"https://api.openai.com", true, "api.openai.com", 443, ""},
             {"https://api.openai.com/", true, "api.openai.com", 443, ""},
             {"http://127.0.0.1:9000/prefix", false, "127.0.0.1", 9000, "/prefix"},
             {"http://localhost", false, "localhost", 80, ""},
             {"HTTPS://API.Example.COM:8443/a/b//", true, "api.example.com", 8443, "/a/b"},
             {"http://[::1]:8080", false, "::1", 8080, ""},
             {"https://[2001:DB8::1]/v1", true, "2001:db8::1", 443, "/v1"},
             {"http://my_service.internal", false, "my_service.internal", 80, ""}}));
    CAPTURE(url);

    const auto address = parse_base_url(url);

    REQUIRE(address);
    CHECK(address->tls == tls);
    CHECK(address->host == host);
    CHECK(address->port == port);
    CHECK(address->base_path == path);
}

TEST_CASE("Address: a URL that is no base URL is refused with a sentence", "[upstream][address]") {
    const auto url = GENERATE(as<std::string>(),
                              "",
                              "api.openai.com",
                              "ftp://host",
                              "https://",
                              "https:///path",
                              "https://user:pw@host",
                              "https://host?x=1",
                              "https://host#f",
                              "https://host:",
                              "https://host:0",
                              "https://host:65536",
                              "https://host:80a",
                              "https://ho st",
                              "https://host\r\nX: y",
                              "https://[::1",
                              "https://[::1]x",
                              "https://[nonsense]",
                              "https://[fe80::1%eth0]",
                              "https://-host",
                              "https://a..b",
                              "https://host/a b",
                              "https://host/a/../b",
                              "https://host/..",
                              "https://host/a\\b",
                              "https://host/\x7f");
    CAPTURE(url);

    const auto address = parse_base_url(url);

    REQUIRE_FALSE(address);
    CHECK(address.error().code == ErrorCode::malformed);
    CHECK_FALSE(address.error().message.empty());
}

TEST_CASE("Address: a refusal never repeats a password", "[upstream][address]") {
    const auto address = parse_base_url("https://user:hunter2@host");

    REQUIRE_FALSE(address);
    CHECK(address.error().message.find("hunter2") == std::string::npos);
}

TEST_CASE("Address: the authority leaves out the scheme's own port", "[upstream][address]") {
    CHECK(parse_base_url("https://a.example")->authority() == "a.example");
    CHECK(parse_base_url("http://a.example:443")->authority() == "a.example:443");
    CHECK(parse_base_url("http://[::1]")->authority() == "[::1]");
    CHECK(parse_base_url("https://[::1]:80")->authority() == "[::1]:80");
}

}  // namespace
}  // namespace refrain::upstream
