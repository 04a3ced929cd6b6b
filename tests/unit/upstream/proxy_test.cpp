#include "upstream/proxy.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <map>

namespace refrain::upstream {
namespace {

Address address_of(const std::string& url) {
    const auto address = parse_base_url(url);
    REQUIRE(address);
    return *address;
}

TEST_CASE("Proxy: NO_PROXY decides as curl does", "[upstream][proxy]") {
    const auto [no_proxy, url, bypassed] = GENERATE(table<std::string, std::string, bool>(
        {{"", "http://a.example", false},
         {"*", "http://a.example", true},
         {"example.com", "http://example.com", true},
         {"example.com", "http://www.example.com", true},
         {".example.com", "http://www.example.com", true},
         {".example.com", "http://example.com", true},
         {"example.com", "http://badexample.com", false},
         {"www.example.com", "http://example.com", false},
         {"EXAMPLE.com", "http://www.Example.COM", true},
         {"example.com.", "http://example.com", true},
         {"a.test, b.test  c.test", "http://c.test", true},
         {"a.test,,b.test", "http://b.test", true},
         {"127.0.0.1", "http://127.0.0.1:9000", true},
         {"127.0.0.1", "http://127.0.0.2", false},
         {"0.0.1", "http://127.0.0.1", false},
         {"10.0.0.0/8", "http://10.20.30.40", true},
         {"10.0.0.0/8", "http://11.0.0.1", false},
         {"10.0.0.0/99", "http://10.0.0.1", false},
         {"::1", "http://[::1]:80", true},
         {"[::1]", "http://[::1]:80", true},
         {"[::1]:81", "http://[::1]:80", false},
         {"fd00::/8", "http://[fd12::1]", true},
         {"fd00::/8", "http://[fe80::1]", false},
         {"example.com:8080", "http://example.com:8080", true},
         {"example.com:8080", "http://example.com", false},
         {"example.com:443", "https://example.com", true},
         {".", "http://example.com", false},
         {"localhost", "http://127.0.0.1", false}}));
    CAPTURE(no_proxy, url);

    CHECK(bypasses_proxy(address_of(url), no_proxy) == bypassed);
}

TEST_CASE("Proxy: loopback goes through the proxy too unless NO_PROXY names it",
          "[upstream][proxy]") {
    Options options;
    options.http_proxy = "http://proxy.test:3128";

    CHECK(proxy_for(address_of("http://127.0.0.1:9000"), options)->has_value());
}

TEST_CASE("Proxy: a setting names host, port and user", "[upstream][proxy]") {
    const auto [setting, authority, authorization] =
        GENERATE(table<std::string, std::string, std::string>(
            {{"http://proxy.test:3128", "proxy.test:3128", ""},
             {"proxy.test:3128", "proxy.test:3128", ""},
             {"proxy.test", "proxy.test:1080", ""},
             {"http://proxy.test/", "proxy.test:1080", ""},
             {"http://[::1]:3128", "[::1]:3128", ""},
             {"http://[::1]", "[::1]:1080", ""},
             {"http://user:p%40ss@proxy.test:1", "proxy.test:1", "Basic dXNlcjpwQHNz"},
             {"user@proxy.test:1", "proxy.test:1", "Basic dXNlcjo="}}));
    CAPTURE(setting);
    Options options;
    options.https_proxy = setting;

    const auto proxy = proxy_for(address_of("https://api.example"), options);

    REQUIRE(proxy);
    REQUIRE(proxy->has_value());
    CHECK((*proxy)->authority() == authority);
    CHECK((*proxy)->authorization == authorization);
    CHECK_FALSE(proxy_for(address_of("http://api.example"), options)->has_value());
}

TEST_CASE("Proxy: a setting that cannot be used is an error without its password",
          "[upstream][proxy]") {
    Options options;
    options.http_proxy = GENERATE(as<std::string>(),
                                  "socks5://user:hunter2@proxy.test",
                                  "https://proxy.test",
                                  "http://user:hunter2%zz@proxy.test",
                                  "http://",
                                  "proxy.test:99999");
    CAPTURE(options.http_proxy);

    const auto proxy = proxy_for(address_of("http://api.example"), options);

    REQUIRE_FALSE(proxy);
    CHECK(proxy.error().code == ErrorCode::unsupported);
    CHECK(proxy.error().message.find("hunter2") == std::string::npos);
}

// Sets variables of the environment and puts back what was there.
class Environment {
  public:
    explicit Environment(const std::map<std::string, std::string>& values) {
        for (const char* name : {"http_proxy",
                                 "HTTP_PROXY",
                                 "https_proxy",
                                 "HTTPS_PROXY",
                                 "all_proxy",
                                 "ALL_PROXY",
                                 "no_proxy",
                                 "NO_PROXY"}) {
            const char* old = std::getenv(name);
            if (old != nullptr) saved_[name] = old;
            ::unsetenv(name);
            names_.push_back(name);
        }
        for (const auto& [name, value] : values)
            ::setenv(name.c_str(), value.c_str(), 1);
    }
    ~Environment() {
        for (const auto& name : names_)
            ::unsetenv(name.c_str());
        for (const auto& [name, value] : saved_)
            ::setenv(name.c_str(), value.c_str(), 1);
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

  private:
    std::vector<std::string> names_;
    std::map<std::string, std::string> saved_;
};

TEST_CASE("Options: the environment names the proxies", "[upstream][options]") {
    const Environment environment(
        {{"HTTPS_PROXY", "http://upper"}, {"NO_PROXY", "a.test"}, {"HTTP_PROXY", "http://cgi"}});

    const auto options = options_from_environment();

    CHECK(options.https_proxy == "http://upper");
    CHECK(options.http_proxy.empty());
    CHECK(options.no_proxy == "a.test");
}

TEST_CASE("Options: lower case wins, and all_proxy fills what is not set", "[upstream][options]") {
    const Environment environment({{"HTTPS_PROXY", "http://upper"},
                                   {"https_proxy", "http://lower"},
                                   {"ALL_PROXY", "http://all"},
                                   {"no_proxy", ""}});

    const auto options = options_from_environment();

    CHECK(options.https_proxy == "http://lower");
    CHECK(options.http_proxy == "http://all");
    CHECK(options.no_proxy.empty());
}

}  // namespace
}  // namespace refrain::upstream
