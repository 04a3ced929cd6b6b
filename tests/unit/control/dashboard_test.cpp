#include "control/dashboard.hpp"

#include <catch2/catch.hpp>

#include <regex>
#include <set>

namespace refrain::control {
namespace {

http::RequestHead request_for(std::string_view method, std::string_view target) {
    http::RequestHead head;
    head.method = method;
    head.target = target;
    return head;
}

bool has(const std::string& head, std::string_view line) {
    return head.find(line) != std::string::npos;
}

TEST_CASE("The dashboard is a page with a type, a strong tag and a policy", "[control]") {
    std::string head;
    const auto body = dashboard_answer(request_for("GET", "/refrain/?x=1"), head);

    CHECK(head.starts_with("HTTP/1.1 200 "));
    CHECK(has(head, "Content-Type: text/html; charset=utf-8\r\n"));
    CHECK(has(head, "ETag: " + dashboard_asset("/refrain/")->etag + "\r\n"));
    CHECK(has(head, "Content-Security-Policy: default-src 'none'; script-src 'self'; "));
    CHECK(has(head, "frame-ancestors 'none'\r\n"));
    CHECK(has(head, "X-Content-Type-Options: nosniff\r\n"));
    CHECK(has(head, "Referrer-Policy: no-referrer\r\n"));
    CHECK(body.starts_with("<!doctype html>"));
    CHECK(body.ends_with("</html>\n"));
}

TEST_CASE("Every file the dashboard names is part of the program", "[control]") {
    const auto page = dashboard_asset("/refrain/");
    REQUIRE(page);
    std::set<std::string> waiting{"/refrain/"};
    std::set<std::string> seen;
    const std::regex named(R"re((?:"assets/|'\./)([a-z_]+\.(?:js|css|svg))["'])re");
    while (!waiting.empty()) {
        const std::string path = waiting.extract(waiting.begin()).value();
        CAPTURE(path);
        const auto asset = dashboard_asset(path);
        REQUIRE(asset);
        seen.insert(path);
        const std::string text(asset->body);
        if (path.ends_with("/chart.js")) continue;
        for (std::sregex_iterator it(text.begin(), text.end(), named), end; it != end; ++it) {
            const auto found = "/refrain/assets/" + (*it)[1].str();
            if (seen.count(found) == 0) waiting.insert(found);
        }
    }
    CHECK(seen.count("/refrain/assets/chart.js") == 1);
    CHECK(seen.count("/refrain/assets/money.js") == 1);
}

TEST_CASE("The dashboard's page holds no script and no style of its own", "[control]") {
    const std::string page(dashboard_asset("/refrain/")->body);

    CHECK_FALSE(has(page, "<style"));
    CHECK_FALSE(std::regex_search(page, std::regex(R"(<script[^>]*>[^<])")));
    CHECK_FALSE(std::regex_search(page, std::regex(R"(\s(style|on[a-z]+)=)")));
}

TEST_CASE("Whoever has a file of the dashboard already is not sent it again", "[control]") {
    const auto asset = dashboard_asset("/refrain/assets/app.js");
    REQUIRE(asset);
    const auto status_for = [&](const std::string& held) {
        auto request = request_for("GET", "/refrain/assets/app.js");
        request.fields.add("if-none-match", held);
        std::string head;
        const auto body = dashboard_answer(request, head);
        CHECK(body.empty() == head.starts_with("HTTP/1.1 304 "));
        return head.substr(9, 3);
    };

    CHECK(asset->content_type == "text/javascript; charset=utf-8");
    CHECK(status_for(asset->etag) == "304");
    CHECK(status_for("\"other\" , W/" + asset->etag) == "304");
    CHECK(status_for("*") == "304");
    CHECK(status_for("\"other\"") == "200");
    CHECK(status_for("") == "200");
    CHECK(status_for(",,") == "200");
}

TEST_CASE("The dashboard's address leads to its slash and takes no other method", "[control]") {
    std::string moved;
    std::string refused;
    dashboard_answer(request_for("GET", "/refrain"), moved);
    dashboard_answer(request_for("POST", "/refrain/"), refused);

    CHECK(moved.starts_with("HTTP/1.1 308 "));
    CHECK(has(moved, "Location: /refrain/\r\n"));
    CHECK(refused.starts_with("HTTP/1.1 405 "));
    CHECK(has(refused, "Allow: GET, HEAD\r\n"));
}

TEST_CASE("Nothing but the dashboard's own files is at its paths", "[control]") {
    const auto path = GENERATE("/refrain/stats",
                               "/refrain/assets/",
                               "/refrain/assets/../control.cpp",
                               "/refrain/assets/app.js/",
                               "/refrain/assets/%61pp.js",
                               "/refrain/index.html",
                               "/assets/app.js",
                               "/refraining",
                               "");
    CAPTURE(path);
    CHECK_FALSE(is_dashboard(path));
}

}  // namespace
}  // namespace refrain::control
