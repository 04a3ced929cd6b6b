#include "base/digest.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace refrain {
namespace {

TEST_CASE("SHA-256 agrees with the vectors of FIPS 180-4", "[base][digest]") {
    CHECK(sha256("").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abc").hex() ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 pieces;
    for (int i = 0; i < 1'000; ++i)
        pieces.update(std::string(1'000, 'a'));
    CHECK(pieces.finish().hex() ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("HMAC-SHA-256 agrees with RFC 4231", "[base][digest]") {
    CHECK(hmac_sha256(std::string(20, '\x0b'), "Hi There").hex() ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hmac_sha256("Jefe", "what do ya want for nothing?").hex() ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("Framed fields never run into each other", "[base][digest]") {
    CHECK(sha256_framed({"ab", "c"}) != sha256_framed({"a", "bc"}));
    CHECK(sha256_framed({"abc"}) != sha256_framed({"abc", ""}));
    CHECK(sha256_framed({"a", "b"}) == sha256_framed({"a", "b"}));
}

TEST_CASE("A digest is read back from its hexadecimal form only", "[base][digest]") {
    const Digest digest = sha256("x");
    CHECK(Digest::from_hex(digest.hex()) == digest);
    CHECK_FALSE(Digest::from_hex(digest.hex().substr(1)));
    CHECK_FALSE(Digest::from_hex(std::string(64, 'g')));
    CHECK(Digest{}.is_zero());
}

TEST_CASE("Secrets are compared whole", "[base][digest]") {
    CHECK(equal_in_constant_time("secret", "secret"));
    CHECK_FALSE(equal_in_constant_time("secret", "secreT"));
    CHECK_FALSE(equal_in_constant_time("secret", "secret "));
}

}  // namespace
}  // namespace refrain
