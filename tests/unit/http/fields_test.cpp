#include "http/fields.hpp"

#include <catch2/catch.hpp>

using namespace refrain::http;

TEST_CASE("Fields: names are compared without case", "[http][fields]") {
    Fields fields;
    fields.add("Content-Type", "text/plain");

    CHECK(fields.find("content-type") == "text/plain");
    CHECK(fields.find("CONTENT-TYPE") == "text/plain");
    CHECK_FALSE(fields.find("Content-Typ"));
    CHECK_FALSE(fields.find("Content-Type "));
    CHECK_FALSE(fields.has(""));
}

TEST_CASE("Fields: of several lines the first is found, and all are counted", "[http][fields]") {
    Fields fields;
    fields.add("X", "1");
    fields.add("x", "2");

    CHECK(fields.find("X") == "1");
    CHECK(fields.count("x") == 2);
    CHECK(fields.count("y") == 0);
}

TEST_CASE("Fields: a token is found in any line of a list, whole and without case",
          "[http][fields]") {
    Fields fields;
    fields.add("Connection", "keep-alive,\tUpgrade");
    fields.add("connection", ",, x-one ,");

    CHECK(fields.has_token("Connection", "upgrade"));
    CHECK(fields.has_token("Connection", "KEEP-ALIVE"));
    CHECK(fields.has_token("Connection", "x-one"));
    CHECK_FALSE(fields.has_token("Connection", "keep"));
    CHECK_FALSE(fields.has_token("Connection", "x-on"));
    CHECK_FALSE(fields.has_token("Upgrade", "upgrade"));
}

TEST_CASE("Fields: case is folded for ASCII letters alone", "[http][fields]") {
    CHECK(equal_ignoring_case("aZ-09", "Az-09"));
    CHECK_FALSE(equal_ignoring_case("a", "ab"));
    CHECK_FALSE(equal_ignoring_case("@", "`"));
    CHECK_FALSE(equal_ignoring_case("[", "{"));
    CHECK_FALSE(equal_ignoring_case("\xc3\x84", "\xc3\xa4"));
}

TEST_CASE("Fields: what belongs to one connection is hop by hop", "[http][fields]") {
    Fields fields;
    fields.add("Connection", "close, X-Mine");

    const auto [name, expected] = GENERATE(table<std::string, bool>({
        {"Connection", true},
        {"keep-alive", true},
        {"Proxy-Connection", true},
        {"Proxy-Authorization", true},
        {"proxy-authenticate", true},
        {"TE", true},
        {"Trailer", true},
        {"Transfer-Encoding", true},
        {"Upgrade", true},
        {"X-Mine", true},
        {"x-mine", true},
        {"X-Min", false},
        {"Proxy", false},
        {"Content-Length", false},
        {"Authorization", false},
        {"Host", false},
    }));
    CAPTURE(name);

    CHECK(is_hop_by_hop(fields, name) == expected);
}
