#include "http/cache_status.hpp"

#include "http/writer.hpp"

#include <catch2/catch.hpp>

using namespace refrain::http;

TEST_CASE("CacheStatus: a hit names its remaining time, key and tier", "[http][cache-status]") {
    CacheStatus status;
    status.hit = true;
    status.ttl = 604800;
    status.key = "ab12";
    status.detail = "memory";

    CHECK(status.member() == "refrain; hit; ttl=604800; key=\"ab12\"; detail=memory");
}

TEST_CASE("CacheStatus: a forwarded request names why and what became of the answer",
          "[http][cache-status]") {
    CacheStatus status;
    status.fwd = Forwarded::uri_miss;
    status.fwd_status = 200;
    status.stored = true;
    status.ttl = 60;
    CHECK(status.member() == "refrain; fwd=uri-miss; fwd-status=200; stored; ttl=60");

    status = {};
    status.fwd = Forwarded::miss;
    status.collapsed = true;
    CHECK(status.member() == "refrain; fwd=miss; collapsed");

    status.collapsed = false;
    CHECK(status.member() == "refrain; fwd=miss; collapsed=?0");
}

TEST_CASE("CacheStatus: a hit has none of the parameters of a forwarded request",
          "[http][cache-status]") {
    CacheStatus status;
    status.hit = true;
    status.fwd = Forwarded::stale;
    status.fwd_status = 304;
    status.stored = true;
    status.collapsed = true;
    status.ttl = -5;

    CHECK(status.member() == "refrain; hit; ttl=-5");
}

TEST_CASE("CacheStatus: stored and collapsed stand with fwd only", "[http][cache-status]") {
    CacheStatus status;
    status.stored = true;
    status.collapsed = true;

    CHECK(status.member() == "refrain");
}

TEST_CASE("CacheStatus: every reason has the token of RFC 9211", "[http][cache-status]") {
    const auto [why, token] = GENERATE(table<Forwarded, std::string>({
        {Forwarded::bypass, "bypass"},
        {Forwarded::method, "method"},
        {Forwarded::uri_miss, "uri-miss"},
        {Forwarded::vary_miss, "vary-miss"},
        {Forwarded::miss, "miss"},
        {Forwarded::request, "request"},
        {Forwarded::stale, "stale"},
        {Forwarded::partial, "partial"},
    }));
    CacheStatus status;
    status.fwd = why;

    CHECK(status.member() == "refrain; fwd=" + token);
}

TEST_CASE("CacheStatus: detail is a token where it can be, else a string", "[http][cache-status]") {
    const auto [detail, written] = GENERATE(table<std::string, std::string>({
        {"memory", "memory"},
        {"no-cache", "no-cache"},
        {"*", "*"},
        {"a:b/c", "a:b/c"},
        {"two words", "\"two words\""},
        {"5xx", "\"5xx\""},
        {"-x", "\"-x\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"a;b=c, d", "\"a;b=c, d\""},
        {"caf\xc3\xa9", "\"caf??\""},
        {"a\r\nX: y", "\"a??X: y\""},
    }));
    CAPTURE(detail);
    CacheStatus status;
    status.fwd = Forwarded::bypass;
    status.detail = detail;

    CHECK(status.member() == "refrain; fwd=bypass; detail=" + written);
    CHECK(is_field_value(status.member()));
}

TEST_CASE("CacheStatus: numbers stay within what a structured field can hold",
          "[http][cache-status]") {
    CacheStatus status;
    status.hit = true;
    status.ttl = INT64_MAX;
    CHECK(status.member() == "refrain; hit; ttl=999999999999999");
    status.ttl = INT64_MIN;
    CHECK(status.member() == "refrain; hit; ttl=-999999999999999");
}

TEST_CASE("CacheStatus: ours goes after what caches nearer to the origin said",
          "[http][cache-status]") {
    CacheStatus status;
    status.hit = true;

    CHECK(status.after("") == "refrain; hit");
    CHECK(status.after("  ") == "refrain; hit");
    CHECK(status.after("cdn; fwd=miss") == "cdn; fwd=miss, refrain; hit");
    CHECK(status.after("cdn\r\nX: y") == "refrain; hit");
}
