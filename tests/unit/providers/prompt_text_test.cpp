#include "providers/prompt_text.hpp"

#include <catch2/catch.hpp>
#include <utf8proc.h>

namespace refrain::providers {
namespace {

std::string normalized(std::string text, Normalize how) {
    normalize_prompt(text, how);
    return text;
}

}  // namespace

TEST_CASE("Standard normalization composes and unifies line ends", "[providers][text]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"plain", "plain"},
        {" two  spaces ", " two  spaces "},
        {"a\r\nb\r\n", "a\nb\n"},
        {"a\rb\n\rc\r", "a\rb\n\rc\r"},
        {"A\u030a", "\u00c5"},
        {"e\u0301 and \u00e9", "\u00e9 and \u00e9"},
        {"\u1100\u1161\u11a8", "\uac01"},
        {"\uac00\u11a8", "\uac01"},
        {"\u2126", "\u03a9"},
        {"\u304b\u3099", "\u304c"},
        {"\u05e9\u05c2\u05bc", "\u05e9\u05bc\u05c2"},
        {"\U0001F602 \u4e2d\u6587 \u0416", "\U0001F602 \u4e2d\u6587 \u0416"},
        {"e\u0301\r\nx", "\u00e9\nx"},
        {std::string("a\0\r\n\u00e9", 6), std::string("a\0\n\u00e9", 5)},
    }));
    CAPTURE(text);
    CHECK(normalized(text, Normalize::standard) == expected);
    CHECK(normalized(expected, Normalize::standard) == expected);
}

TEST_CASE("Standard normalization keeps what a model can tell apart", "[providers][text]") {
    const std::string text = GENERATE(as<std::string>{},
                                      "\u00a0",
                                      "\u200b",
                                      "\uff21",
                                      "\u201cquote\u201d",
                                      "\ufb01",
                                      "x\n\n",
                                      "Case",
                                      "\u2160");
    CHECK(normalized(text, Normalize::standard) == text);
}

TEST_CASE("A line end is unified once: CR CRLF is not LF", "[providers][text]") {
    CHECK(normalized("a\r\r\nb", Normalize::standard) == "a\r\nb");
}

TEST_CASE("Relaxed normalization turns each run of white space into one space",
          "[providers][text]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"a  b", "a b"},
        {"\t a\r\n\r\nb \n", " a b "},
        {"a\u00a0\u2003b", "a b"},
        {"a\u3000", "a "},
        {"a\u200bb", "a\u200bb"},
        {"e\u0301 \v\f x", "\u00e9 x"},
    }));
    CAPTURE(text);
    CHECK(normalized(text, Normalize::relaxed) == expected);
}

TEST_CASE("Exact normalization changes nothing", "[providers][text]") {
    CHECK(normalized("A\u030a\r\n  x", Normalize::exact) == "A\u030a\r\n  x");
}

TEST_CASE("The fast path agrees with full composition on every character", "[providers][text]") {
    // After a base and before a mark that combine with much: what is skipped must not differ.
    for (utf8proc_int32_t c = 0x20; c <= 0x10FFFF; ++c) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        std::array<utf8proc_uint8_t, 4> bytes{};
        const auto size = utf8proc_encode_char(c, bytes.data());
        const std::string character(reinterpret_cast<const char*>(bytes.data()),
                                    static_cast<std::size_t>(size));
        const std::string text = "a" + character + character;
        utf8proc_uint8_t* full =
            utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str()));
        const std::string expected(reinterpret_cast<const char*>(full));
        std::free(full);
        if (normalized(text, Normalize::standard) != expected) FAIL("character " << c);
    }
}

}  // namespace refrain::providers
