#include "control/access.hpp"

#include <catch2/catch.hpp>

namespace refrain::control {
namespace {

http::RequestHead head_with(std::string_view host,
                            std::string_view name = "",
                            std::string_view value = "") {
    http::RequestHead head;
    head.method = "GET";
    head.host = host;
    if (!name.empty()) head.fields.add(name, value);
    return head;
}

TEST_CASE("On loopback everybody on the machine may enter, but no web page", "[control][access]") {
    CHECK(check_access(head_with("127.0.0.1:8080"), "", true).status == 0);
    CHECK(check_access(head_with("localhost:8080"), "", true).status == 0);
    CHECK(check_access(head_with("[::1]:8080"), "", true).status == 0);
    CHECK(check_access(head_with("LocalHost."), "", true).status == 0);
    CHECK(check_access(head_with("app.localhost"), "", true).status == 0);
    CHECK(check_access(head_with("127.9.8.7:1"), "", true).status == 0);
    for (const auto* name : {"rebound.example",
                             "127.evil.example:8080",
                             "127.0.0.1.evil.example",
                             "127.0.0.1.",
                             "128.0.0.1",
                             "127.1",
                             "evillocalhost",
                             "localhost.evil.example",
                             "[::1].evil.example",
                             "[::2]"}) {
        CAPTURE(name);
        CHECK(check_access(head_with(name), "", true).status == 403);
    }
    CHECK(check_access(head_with("127.0.0.1", "Origin", "https://evil.example"), "", true).status ==
          403);
    CHECK(check_access(head_with("127.0.0.1", "Sec-Fetch-Site", "cross-site"), "", true).status ==
          403);
    CHECK(
        check_access(head_with("127.0.0.1:80", "Origin", "http://127.0.0.1:80"), "", true).status ==
        0);
}

TEST_CASE("Elsewhere only the bearer of the token may enter", "[control][access]") {
    CHECK(check_access(head_with("gw"), "", false).status == 403);
    CHECK(check_access(head_with("gw"), "t", false).status == 401);
    CHECK(check_access(head_with("gw", "Authorization", "Bearer u"), "t", false).status == 401);
    CHECK(check_access(head_with("gw", "Authorization", "Bearer "), "t", false).status == 401);
    CHECK(check_access(head_with("gw", "Authorization", "Basic t"), "t", false).status == 401);
    CHECK(check_access(head_with("gw", "Authorization", "bearer t"), "t", false).status == 0);
}

}  // namespace
}  // namespace refrain::control
