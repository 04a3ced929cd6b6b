#include "gateway/link_signature.hpp"

#include "gateway/kept_sound.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace refrain::gateway {
namespace {

using Check = LinkKeys::Check;

constexpr WallTime kNow{1'790'000'000'000};
constexpr WallTime kEnd{1'790'000'060'000};
const std::string kFile = std::string(64, 'a') + ".mp3";

LinkKeys keys(std::string_view text = "a:0123456789abcdef") {
    return LinkKeys::parse(text).value();
}

TEST_CASE("A link is good for its file until its end", "[gateway][link]") {
    const std::string query = keys().sign(kFile, kEnd);
    CHECK(query.starts_with("exp=1790000060&kid=a&sig="));
    CHECK(keys().check(kFile, query, kNow) == Check::good);
    CHECK(keys().check(kFile, query + "&utm=1", kNow) == Check::good);
    CHECK(keys().check(kFile, query, kEnd) == Check::expired);
    CHECK(LinkKeys::end_of(query) == kEnd);
    CHECK(keys().check(std::string(64, 'b') + ".mp3", query, kNow) == Check::forged);
    CHECK(keys().check(std::string(64, 'a') + ".wav", query, kNow) == Check::forged);
}

TEST_CASE("A link that was touched is forged", "[gateway][link]") {
    const std::string query = keys().sign(kFile, kEnd);
    const std::string signature = query.substr(query.find("sig="));
    for (const std::string& forged : {"exp=1790000061&kid=a&" + signature,
                                      "exp=01790000060&kid=a&" + signature,
                                      "exp=-1&kid=a&" + signature,
                                      "exp=99999999999999999999&kid=a&" + signature,
                                      "exp=1790000060&kid=b&" + signature,
                                      "exp=1790000060&kid=&" + signature,
                                      "exp=1790000060&" + signature,
                                      query + "0",
                                      query + "&exp=1790000060",
                                      query.substr(0, query.find("&sig")) + "&sig=",
                                      std::string("sig=x")}) {
        CAPTURE(forged);
        CHECK(keys().check(kFile, forged, kNow) == Check::forged);
    }
    CHECK(keys().check(kFile, "", kNow) == Check::unsigned_link);
    CHECK(keys().check(kFile, "utm=1", kNow) == Check::unsigned_link);
}

TEST_CASE("Two keys take turns", "[gateway][link]") {
    const std::string old_link = keys().sign(kFile, kEnd);
    const LinkKeys both = keys("b:fedcba9876543210,a:0123456789abcdef");
    CHECK(both.check(kFile, old_link, kNow) == Check::good);
    const std::string new_link = both.sign(kFile, kEnd);
    CHECK(new_link.find("kid=b") != std::string::npos);
    CHECK(both.check(kFile, new_link, kNow) == Check::good);
    CHECK(keys().check(kFile, new_link, kNow) == Check::forged);
    // The same id with another secret is another key.
    CHECK(keys("a:fedcba9876543210").check(kFile, old_link, kNow) == Check::forged);
}

TEST_CASE("Without keys nothing is signed and nothing refused", "[gateway][link]") {
    CHECK(keys("").empty());
    CHECK(keys("").check(kFile, "exp=1&sig=x", kNow) == Check::good);
}

TEST_CASE("Keys that would not protect are refused without being told", "[gateway][link]") {
    for (const std::string text : {"nokey",
                                   ":0123456789abcdef",
                                   "a:",
                                   "a:short",
                                   "a b:0123456789abcdef",
                                   "a:0123456789abcdef,a:fedcba9876543210",
                                   "a:0123456789abcdef,b:0123456789abcdef,c:0123456789abcdef"}) {
        CAPTURE(text);
        const auto parsed = LinkKeys::parse(text);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().message.find("0123") == std::string::npos);
    }
}

TEST_CASE("What is kept of a sound is read back", "[gateway][link]") {
    const KeptSound sound{"audio/ogg; codecs=opus", "opus", std::chrono::milliseconds(1'234)};
    const auto read = KeptSound::from_text(sound.to_text());
    REQUIRE(read);
    CHECK(read->content_type == sound.content_type);
    CHECK(read->extension == "opus");
    CHECK(read->duration == sound.duration);
    for (const std::string text : {"", "mp3", "mp3 12", "mp3 x audio/mpeg", "mp3 12x audio/mpeg"}) {
        CHECK_FALSE(KeptSound::from_text(text));
    }
}

}  // namespace
}  // namespace refrain::gateway
