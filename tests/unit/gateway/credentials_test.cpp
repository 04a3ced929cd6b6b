// A credential in the query is one however its name is written.
#include "gateway/route.hpp"
#include "http/head.hpp"

#include <catch2/catch.hpp>

namespace refrain::gateway {
namespace {

TEST_CASE("A target without its credentials has none, escaped ones included", "[gateway]") {
    CHECK(without_credentials("/v1/x?key=s3cret") == "/v1/x");
    CHECK(without_credentials("/v1/x?%6bey=s3cret") == "/v1/x");
    CHECK(without_credentials("/v1/x?%6B%65%79=s3cret&alt=sse") == "/v1/x?alt=sse");
    CHECK(without_credentials("/v1/x?alt=sse&access%5Ftoken=s3cret") == "/v1/x?alt=sse");
    CHECK(without_credentials("/v1/x?oauth%5ftoken=a&b=c&ke%79=d") == "/v1/x?b=c");
    CHECK(without_credentials("/v1/x?k%65ys=a&b=%6bey") == "/v1/x?k%65ys=a&b=%6bey");
}

}  // namespace
}  // namespace refrain::gateway
