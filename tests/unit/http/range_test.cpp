#include "http/range.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace refrain::http;

namespace {

using Kind = RangeAnswer::Kind;

// "0-9 20-29", "whole" or "416".
std::string resolved(std::string_view field, std::uint64_t size = 100) {
    const auto answer = resolve_range(field, size);
    if (answer.kind == Kind::whole) return "whole";
    if (answer.kind == Kind::unsatisfiable) return "416";
    std::string text;
    for (const auto& part : answer.parts) {
        if (!text.empty()) text += ' ';
        text += std::to_string(part.first) + "-" + std::to_string(part.last);
    }
    return text;
}

}  // namespace

TEST_CASE("Ranges that lie within the file, or reach into it", "[http][range]") {
    const auto [field, parts] = GENERATE(table<std::string, std::string>({
        {"bytes=0-0", "0-0"},
        {"bytes=0-99", "0-99"},
        {"bytes=0-", "0-99"},
        {"bytes=99-", "99-99"},
        {"bytes=50-1000", "50-99"},
        {"bytes=-1", "99-99"},
        {"bytes=-100", "0-99"},
        {"bytes=-5000", "0-99"},
        {"BYTES=1-2", "1-2"},
        {"bytes=10-99999999999999999999999999", "10-99"},
        {"bytes=0-1,5-6", "0-1 5-6"},
        {"bytes=5-6 ,\t0-1", "5-6 0-1"},
        {"bytes=,0-1,,5-6,", "0-1 5-6"},
        {"bytes=0-1,200-300", "0-1"},
        {"bytes=0-0,2-2,4-4,-1", "0-0 2-2 4-4 99-99"},
    }));
    CAPTURE(field);
    CHECK(resolved(field) == parts);
}

TEST_CASE("Ranges beyond the end cannot be satisfied", "[http][range]") {
    CHECK(resolved("bytes=100-") == "416");
    CHECK(resolved("bytes=100-200") == "416");
    CHECK(resolved("bytes=-0") == "416");
    CHECK(resolved("bytes=99999999999999999999999999-") == "416");
    CHECK(resolved("bytes=200-300,400-") == "416");
    CHECK(resolved("bytes=0-", 0) == "416");
    CHECK(resolved("bytes=-1", 0) == "416");
}

TEST_CASE("What is no range of bytes is no range at all", "[http][range]") {
    for (const std::string field : {"",
                                    "bytes",
                                    "bytes=",
                                    "bytes=,",
                                    "bytes=-",
                                    "bytes=5-4",
                                    "bytes=a-b",
                                    "bytes=1-2x",
                                    "bytes=+1-2",
                                    "bytes=--1",
                                    "bytes=1--2",
                                    "bytes=1-2;3-4",
                                    "bytes= 1 - 2",
                                    "seconds=0-1",
                                    "bytes =0-1",
                                    "bytes=0-1,x"}) {
        CAPTURE(field);
        CHECK(resolved(field) == "whole");
    }
}

TEST_CASE("Overlapping ranges are joined, and too many are none", "[http][range]") {
    CHECK(resolved("bytes=0-9,5-20") == "0-20");
    CHECK(resolved("bytes=50-,0-60") == "0-99");
    CHECK(resolved("bytes=40-49,0-9,5-6") == "0-9 40-49");
    CHECK(resolved("bytes=0-0,0-0,0-0,0-0") == "0-0");
    CHECK(resolved("bytes=0-9,10-19") == "0-9 10-19");
    CHECK(resolved("bytes=0-0,2-2,4-4,6-6,8-8") == "whole");
    std::string many = "bytes=0-";
    for (int i = 0; i < 10'000; ++i)
        many += ",0-";
    CHECK(resolved(many) == "whole");
}

TEST_CASE("Content-Range says which part it is", "[http][range]") {
    CHECK(content_range({0, 9}, 100) == "bytes 0-9/100");
    CHECK(unsatisfied_range(100) == "bytes */100");
}
