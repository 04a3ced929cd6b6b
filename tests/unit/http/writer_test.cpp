#include "http/writer.hpp"

#include "unit/http/head_reading.hpp"

#include <catch2/catch.hpp>

#include <cctype>

using namespace refrain::http;
using namespace refrain::http::testing;

TEST_CASE("HeadWriter: writes a response head", "[http][writer]") {
    std::string out;
    HeadWriter writer(out);

    writer.status(200)
        .field("Content-Type", "text/plain")
        .field("Content-Length", 18446744073709551615U);
    writer.end();

    CHECK(writer.sound());
    CHECK(out ==
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
          "18446744073709551615\r\n\r\n");
}

TEST_CASE("HeadWriter: writes a request head that the parser reads back", "[http][writer]") {
    std::string out;
    HeadWriter writer(out);

    writer.request("POST", "/v1/a?b=c")
        .field("Host", "a:1")
        .field("X-Empty", "")
        .field("X", "a\tb \xc3\xa9");
    writer.end();

    REQUIRE(writer.sound());
    const RequestReading reading = read_request(out);
    REQUIRE(reading.status == HeadStatus::complete);
    CHECK(reading.method == "POST");
    CHECK(reading.target == "/v1/a?b=c");
    CHECK(reading.fields == FieldList{{"Host", "a:1"}, {"X-Empty", ""}, {"X", "a\tb \xc3\xa9"}});
}

TEST_CASE("HeadWriter: appends to what is there", "[http][writer]") {
    std::string out = "before";
    HeadWriter(out).status(204).end();

    CHECK(out == "beforeHTTP/1.1 204 No Content\r\n\r\n");
}

TEST_CASE("HeadWriter: a field that would become two is left out", "[http][writer]") {
    const auto [name, value] = GENERATE(table<std::string, std::string>({
        {"X", "a\r\nSet-Cookie: b"},
        {"X", "a\nb"},
        {"X", "a\rb"},
        {"X", std::string("a\0b", 3)},
        {"X", "0123456789abcde\x7f"},
        {"X", "0123456789abcdefghijklmnop\x1fq"},
        {"X\r\nY", "a"},
        {"X Y", "a"},
        {"X:", "a"},
        {"", "a"},
        {"\xc3\x84", "a"},
    }));
    CAPTURE(name, value);
    std::string out;
    HeadWriter writer(out);

    writer.status(200).field(name, value).field("Z", "z").end();

    CHECK_FALSE(writer.sound());
    CHECK(out == "HTTP/1.1 200 OK\r\nZ: z\r\n\r\n");
}

TEST_CASE("HeadWriter: a start line that would become two is left out", "[http][writer]") {
    std::string out;
    CHECK_FALSE(HeadWriter(out).request("GET", "/a b").sound());
    CHECK_FALSE(HeadWriter(out).request("GET", "/a\r\nX: y").sound());
    CHECK_FALSE(HeadWriter(out).request("GET", "").sound());
    CHECK_FALSE(HeadWriter(out).request("GE T", "/").sound());
    CHECK_FALSE(HeadWriter(out).status(99).sound());
    CHECK_FALSE(HeadWriter(out).status(1000).sound());
    CHECK(out.empty());
}

TEST_CASE("HeadWriter: a status without a phrase keeps its space", "[http][writer]") {
    std::string out;
    HeadWriter(out).status(299).end();

    CHECK(out == "HTTP/1.1 299 \r\n\r\n");
    CHECK(reason_phrase(299).empty());
    CHECK(reason_phrase(504) == "Gateway Timeout");
}

TEST_CASE("is_field_value: every byte is judged alike at every place", "[http][writer]") {
    for (int byte = 0; byte < 256; ++byte) {
        const bool sound = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
        for (std::size_t size = 1; size < 20; ++size) {
            for (std::size_t at = 0; at < size; ++at) {
                std::string value(size, 'v');
                value[at] = static_cast<char>(byte);
                if (is_field_value(value) != sound)
                    FAIL("byte " << byte << " at " << at << " of " << size);
            }
        }
    }
    CHECK(is_field_value(""));
}

TEST_CASE("is_token: RFC 9110 5.6.2 and nothing else", "[http][writer]") {
    const std::string marks = "!#$%&'*+-.^_`|~";
    CHECK_FALSE(is_token(""));
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool expected =
            (byte < 0x80 && std::isalnum(byte) != 0) || (byte != 0 && marks.find(c) != marks.npos);
        CAPTURE(byte);
        CHECK(is_token(std::string("a") + c) == expected);
    }
}
