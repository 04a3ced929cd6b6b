#include "providers/json_splice.hpp"

#include <catch2/catch.hpp>

namespace refrain::providers {

TEST_CASE("member_text finds the value of a top-level name only", "[providers][splice]") {
    constexpr auto kText =
        "{ \"a\" : {\"stream\":1, \"s\":\"}\\\"]\"} ,\n\"stream\":\ttrue , \"u\\u0073er\":\"x\","
        "\"n\":-1.5e3,\"l\":[[],{}]}";
    CHECK(member_text(kText, "stream") == "true");
    CHECK(member_text(kText, "a") == "{\"stream\":1, \"s\":\"}\\\"]\"}");
    CHECK(member_text(kText, "user") == "\"x\"");
    CHECK(member_text(kText, "n") == "-1.5e3");
    CHECK(member_text(kText, "l") == "[[],{}]");
    CHECK_FALSE(member_text(kText, "s").has_value());
    CHECK_FALSE(member_text(kText, "").has_value());
    CHECK_FALSE(member_text("{}", "a").has_value());
    CHECK(member_text("{\"\":1}", "") == "1");
}

TEST_CASE("with_member changes one value and not a byte more", "[providers][splice]") {
    const auto [object, value, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"{}", "1", "{\"x\":1}"},
        {" { } ", "1", " {\"x\":1 } "},
        {"{\"a\":1}", "2", "{\"a\":1,\"x\":2}"},
        {"{ \"a\" : 1.50\n}\n", "2", "{ \"a\" : 1.50,\"x\":2\n}\n"},
        {"{\"x\":1}", "{}", "{\"x\":{}}"},
        {"{\"a\":\"x\", \"x\" : [1, 2] , \"b\":\"é\\/\"}",
         "null",
         "{\"a\":\"x\", \"x\" : null , \"b\":\"é\\/\"}"},
        {"{\"\\u0078\":1}", "2", "{\"\\u0078\":2}"},
        {"{\"a\":{\"x\":1}}", "2", "{\"a\":{\"x\":1},\"x\":2}"},
    }));
    CAPTURE(object);
    CHECK(with_member(object, "x", value) == expected);
}

TEST_CASE("without_member takes out a member with its comma", "[providers][splice]") {
    const auto [object, expected] = GENERATE(table<std::string, std::string>({
        {"{}", "{}"},
        {"{\"a\":1}", "{\"a\":1}"},
        {"{\"x\":1}", "{}"},
        {"{ \"x\" : 1 }", "{  }"},
        {"{\"x\":1,\"a\":2}", "{\"a\":2}"},
        {"{\"x\":{\"x\":[\"}\"]}, \"a\":2}", "{\"a\":2}"},
        {"{\"a\":1,\"x\":2}", "{\"a\":1}"},
        {"{\"a\":1, \"x\":2 , \"b\":3}", "{\"a\":1 , \"b\":3}"},
        {"{\"a\":{\"x\":1}}", "{\"a\":{\"x\":1}}"},
    }));
    CAPTURE(object);
    CHECK(without_member(object, "x") == expected);
}

TEST_CASE("Splicing stays inside text that is no object at all", "[providers][splice]") {
    const std::string text = GENERATE(as<std::string>{},
                                      "",
                                      "{",
                                      "[1]",
                                      "{\"",
                                      "{\"x",
                                      "{\"x\"",
                                      "{\"x\":",
                                      "{\"x\":\"\\",
                                      "{\"x\":[",
                                      "{\"x\":}",
                                      "{,,}");
    CAPTURE(text);
    CHECK_NOTHROW(member_text(text, "x"));
    CHECK_NOTHROW(with_member(text, "x", "1"));
    CHECK_NOTHROW(without_member(text, "x"));
}

}  // namespace refrain::providers
