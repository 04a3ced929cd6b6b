#include "http/target.hpp"

#include <catch2/catch.hpp>

using namespace refrain::http;

TEST_CASE("parse_target: a target is taken apart and its path decoded", "[http][target]") {
    const auto [text, path, query] = GENERATE(table<std::string, std::string, std::string>({
        {"/", "/", ""},
        {"/v1/models", "/v1/models", ""},
        {"/v1/models?limit=2", "/v1/models", "limit=2"},
        {"/a?", "/a", ""},
        {"/a?b?c", "/a", "b?c"},
        {"//a//b/", "//a//b/", ""},
        {"/a%20b", "/a b", ""},
        {"/a+b", "/a+b", ""},
        {"/caf%C3%a9", "/caf\xc3\xa9", ""},
        {"/a%2Fb", "/a/b", ""},
        {"/a%3Fb?c", "/a?b", "c"},
        {"/v1beta/models/x:generate", "/v1beta/models/x:generate", ""},
        {"/...", "/...", ""},
        {"/.hidden/a..b", "/.hidden/a..b", ""},
        {"/%252e%252e/", "/%2e%2e/", ""},
        {"/a?x=%0A", "/a", "x=%0A"},
        {"/a?x=../..", "/a", "x=../.."},
    }));
    CAPTURE(text);

    const auto target = parse_target(text);

    REQUIRE(target);
    CHECK(target->path == path);
    CHECK(target->query == query);
    CHECK(target->raw_path == text.substr(0, text.find('?')));
}

TEST_CASE("parse_target: what could mean another path is refused", "[http][target]") {
    const auto text = GENERATE(as<std::string>{},
                               "",
                               "a",
                               "*",
                               "?a",
                               "http://a/b",
                               "/%",
                               "/%2",
                               "/%2g",
                               "/%g2",
                               "/%%41",
                               "/%u0041",
                               "/a?b=%",
                               "/a?b=%4",
                               "/.",
                               "/..",
                               "/a/.",
                               "/a/./b",
                               "/a/..",
                               "/a/../b",
                               "/../a",
                               "/%2e",
                               "/%2E%2e/a",
                               "/.%2e/a",
                               "/a/%2e%2E",
                               "/a%2f..%2Fb",
                               "/a%2F.",
                               "/%00",
                               "/a%0d%0aX:%20y",
                               "/%1f",
                               "/%7f");
    CAPTURE(text);

    CHECK_FALSE(parse_target(text));
}

TEST_CASE("percent_encode: all bytes come back", "[http][target]") {
    std::string all;
    for (int byte = 0; byte < 256; ++byte)
        all.push_back(static_cast<char>(byte));

    const std::string encoded = percent_encode(all);

    CHECK(percent_decode(encoded) == all);
    CHECK(encoded.find_first_not_of(
              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%") ==
          encoded.npos);
    CHECK(percent_encode("a-b_c.d~E9") == "a-b_c.d~E9");
    CHECK(percent_encode("a b/\xc3\xa9+") == "a%20b%2F%C3%A9%2B");
}

TEST_CASE("percent_decode: a plus stays, a broken escape is refused", "[http][target]") {
    CHECK(percent_decode("a+b%20c") == "a+b c");
    CHECK(percent_decode("") == "");
    CHECK_FALSE(percent_decode("%"));
    CHECK_FALSE(percent_decode("a%4"));
    CHECK_FALSE(percent_decode("%-1"));
    CHECK_FALSE(percent_decode("% 1"));
}

TEST_CASE("parse_query: pairs come decoded and in order", "[http][target]") {
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    const auto [text, pairs] = GENERATE(table<std::string, Pairs>({
        {"", {}},
        {"a=1", {{"a", "1"}}},
        {"b=2&a=1&b=3", {{"b", "2"}, {"a", "1"}, {"b", "3"}}},
        {"a", {{"a", ""}}},
        {"a=", {{"a", ""}}},
        {"=a", {{"", "a"}}},
        {"a=b=c", {{"a", "b=c"}}},
        {"&&a=1&&", {{"a", "1"}}},
        {"a%20b=c+d%2B", {{"a b", "c d+"}}},
        {"a%26b=%3D", {{"a&b", "="}}},
        {"a=%zz&b=%", {{"a", "%zz"}, {"b", "%"}}},
        {"a=1;b=2", {{"a", "1;b=2"}}},
    }));
    CAPTURE(text);

    CHECK(parse_query(text) == pairs);
}
