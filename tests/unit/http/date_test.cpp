#include "http/date.hpp"

#include <catch2/catch.hpp>

#include <ctime>
#include <limits>
#include <random>
#include <string>

using namespace refrain;
using namespace refrain::http;

TEST_CASE("http_date: the form of RFC 9110", "[http][date]") {
    const auto [ms, text] = GENERATE(table<std::int64_t, std::string>({
        {784111777000, "Sun, 06 Nov 1994 08:49:37 GMT"},
        {784111777999, "Sun, 06 Nov 1994 08:49:37 GMT"},
        {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
        {-1, "Wed, 31 Dec 1969 23:59:59 GMT"},
        {951782400000, "Tue, 29 Feb 2000 00:00:00 GMT"},
        {4107542399000, "Sun, 28 Feb 2100 23:59:59 GMT"},
        {253402300799000, "Fri, 31 Dec 9999 23:59:59 GMT"},
        {std::numeric_limits<std::int64_t>::max(), "Fri, 31 Dec 9999 23:59:59 GMT"},
        {std::numeric_limits<std::int64_t>::min(), "Sat, 01 Jan 0000 00:00:00 GMT"},
    }));
    CAPTURE(ms);

    CHECK(http_date(WallTime{ms}).view() == text);
}

TEST_CASE("http_date: agrees with the C library on random times", "[http][date]") {
    std::mt19937_64 random(20261120);
    std::uniform_int_distribution<std::int64_t> seconds(0, 253402300799);
    for (int i = 0; i < 2000; ++i) {
        const std::time_t time = seconds(random);
        std::tm parts{};
        gmtime_r(&time, &parts);
        char expected[64];
        std::strftime(expected, sizeof expected, "%a, %d %b %Y %H:%M:%S GMT", &parts);
        CHECK(http_date(WallTime{time * 1000}).view() == expected);
    }
}

TEST_CASE("parse_http_date: what was written is read, and nothing else", "[http][date]") {
    for (const std::int64_t ms : {0LL, 784111777000LL, 951782400000LL, 253402300799000LL}) {
        CHECK(parse_http_date(http_date(WallTime{ms}).view()) == WallTime{ms});
    }
    for (const std::string text : {"",
                                   "Sun, 06 Nov 1994 08:49:37",
                                   "Sun, 06 Nov 1994 08:49:37 UTC",
                                   "Sun, 31 Feb 1994 08:49:37 GMT",
                                   "Sun, 06 ovD 1994 08:49:37 GMT",
                                   "Sun, 06 Nov 1994 24:49:37 GMT",
                                   "Sun, 06 Nov 19a4 08:49:37 GMT",
                                   "Sunday, 06-Nov-94 08:49:37 GMT",
                                   "Sun Nov  6 08:49:37 1994     "}) {
        CAPTURE(text);
        CHECK_FALSE(parse_http_date(text));
    }
}
