#include "http/cache_control.hpp"

#include <catch2/catch.hpp>

#include <initializer_list>

using namespace refrain::http;
using std::chrono::seconds;

namespace {

CacheControl read(std::initializer_list<std::string_view> lines) {
    CacheControl directives;
    for (const std::string_view line : lines)
        directives.read(line);
    return directives;
}

}  // namespace

TEST_CASE("CacheControl: every request directive is understood", "[http][cache-control]") {
    const CacheControl all =
        read({"no-store, no-cache, only-if-cached, max-age=1, min-fresh=2, max-stale=3, "
              "stale-if-error=4"});

    CHECK(all.no_store);
    CHECK(all.no_cache);
    CHECK(all.only_if_cached);
    CHECK(all.max_age == seconds(1));
    CHECK(all.min_fresh == seconds(2));
    CHECK(all.accepts_stale);
    CHECK(all.max_stale == seconds(3));
    CHECK(all.stale_if_error == seconds(4));
}

TEST_CASE("CacheControl: nothing given means nothing asked", "[http][cache-control]") {
    const auto value = GENERATE(as<std::string>{},
                                "",
                                " ",
                                ",",
                                ",,, ,",
                                "nothing-to-see-here",
                                "max-agee=1",
                                "xno-store",
                                "private, s-maxage=5, public",
                                "foo=\"no-store\"",
                                "foo=\"a, no-store\"",
                                "foo=\"a\\\", no-cache\"",
                                "=no-store");
    CAPTURE(value);

    const CacheControl none = read({value});

    CHECK_FALSE(none.no_store);
    CHECK_FALSE(none.no_cache);
    CHECK_FALSE(none.only_if_cached);
    CHECK_FALSE(none.max_age);
    CHECK_FALSE(none.accepts_stale);
}

TEST_CASE("CacheControl: case, white space, quotes and several lines do not matter",
          "[http][cache-control]") {
    const CacheControl mixed = read({"NO-STORE ,\tMax-Age=\"60\"", "max-stale"});

    CHECK(mixed.no_store);
    CHECK(mixed.max_age == seconds(60));
    CHECK(mixed.accepts_stale);
    CHECK_FALSE(mixed.max_stale);
}

TEST_CASE("CacheControl: a malformed number makes its directive void, and no other",
          "[http][cache-control]") {
    const auto number = GENERATE(as<std::string>{},
                                 "",
                                 "-1",
                                 "+1",
                                 "1.5",
                                 "0x1",
                                 "abc",
                                 "1s",
                                 "\"",
                                 "\"\"",
                                 "1 2",
                                 "\"1",
                                 "'1'");
    CAPTURE(number);

    const CacheControl directives =
        read({"no-cache, max-age=" + number, "min-fresh=" + number, "max-stale=" + number});

    CHECK(directives.no_cache);
    CHECK_FALSE(directives.max_age);
    CHECK_FALSE(directives.min_fresh);
    CHECK_FALSE(directives.accepts_stale);
    CHECK_FALSE(directives.max_stale);
}

TEST_CASE("CacheControl: a number too large counts as 2^31", "[http][cache-control]") {
    const auto number =
        GENERATE(as<std::string>{}, "2147483648", "2147483649", "99999999999999999999999999");
    CAPTURE(number);

    CHECK(read({"max-age=" + number}).max_age == seconds(2147483648));
    CHECK(read({"max-age=2147483647"}).max_age == seconds(2147483647));
    CHECK(read({"max-age=0000000000000000000005"}).max_age == seconds(5));
}

TEST_CASE("CacheControl: given twice, the more restrictive counts", "[http][cache-control]") {
    CHECK(read({"max-age=10, max-age=5"}).max_age == seconds(5));
    CHECK(read({"max-age=5", "max-age=10"}).max_age == seconds(5));
    CHECK(read({"min-fresh=5, min-fresh=10"}).min_fresh == seconds(10));
    CHECK(read({"min-fresh=10, min-fresh=5"}).min_fresh == seconds(10));
    CHECK(read({"max-stale=5, max-stale"}).max_stale == seconds(5));
    CHECK(read({"max-stale, max-stale=5"}).max_stale == seconds(5));
    CHECK(read({"max-stale=9, max-stale=5"}).max_stale == seconds(5));
    CHECK(read({"stale-if-error=9, stale-if-error=5"}).stale_if_error == seconds(5));
    CHECK(read({"max-age=5, max-age=x"}).max_age == seconds(5));
}
