#include "http/parameters.hpp"

#include <catch2/catch.hpp>

using namespace refrain::http;

TEST_CASE("parse_parameters: a value is taken apart from its parameters", "[http][parameters]") {
    const auto [text, name, value] = GENERATE(table<std::string, std::string, std::string>({
        {"form-data; name=file", "name", "file"},
        {"form-data;name=file", "name", "file"},
        {"form-data ; NAME=\"file\"", "name", "file"},
        {"form-data; name=\"a; b=c\"; x=y", "name", "a; b=c"},
        {"form-data; name=\"\"", "name", ""},
        {"form-data; name=\"caf\xc3\xa9\"", "name", "caf\xc3\xa9"},
        {"form-data; filename=\"C:\\dir\\a.wav\"", "filename", "C:\\dir\\a.wav"},
        {"form-data; name=\"a%22b\"\t;\tx=y", "name", "a%22b"},
    }));
    CAPTURE(text);

    const auto parsed = parse_parameters(text);

    REQUIRE(parsed);
    CHECK(parsed->value == "form-data");
    CHECK(parsed->find(name) == value);
    CHECK_FALSE(parsed->find("other"));
}

TEST_CASE("parse_parameters: what two readers could read in two ways is refused",
          "[http][parameters]") {
    const auto text = GENERATE(as<std::string>{},
                               "form-data;",
                               "form-data; ",
                               "form-data; name",
                               "form-data; name=",
                               "form-data; =file",
                               "form-data; name =file",
                               "form-data; name= file",
                               "form-data; name=a b",
                               "form-data; name=a, b=c",
                               "form-data; name=a\"b\"",
                               "form-data; name=\"file",
                               "form-data; name=\"fi\"le\"",
                               "form-data; name=\"a\\\"b\"",
                               "form-data; name=\"a\\\\\"",
                               "form-data; name=\"a\tb\x01\"",
                               "form-data; name=\"a\"b=c",
                               "form-data; name=a; name=b",
                               "form-data; name=a; NAME=\"a\"",
                               "form-data;; name=a");
    CAPTURE(text);

    CHECK_FALSE(parse_parameters(text));
}
