#include "base/clock.hpp"
#include "base/duration.hpp"
#include "base/text_code.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>

namespace refrain {
namespace {

using std::chrono::milliseconds;

TEST_CASE("Base64 agrees with RFC 4648 and refuses everything beside it", "[base][text]") {
    const std::pair<std::string, std::string> known[] = {
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : known) {
        CHECK(base64_encode(bytes) == text);
        CHECK(base64_decode(text) == bytes);
    }
    const auto bad = GENERATE(as<std::string>{},
                              "Zg=",
                              "Zg",
                              "Zh==",
                              "Zm9=",
                              "Z===",
                              "====",
                              "Zm 9v",
                              "Zm9v\n",
                              "Zm9-",
                              "Z=g=");
    CAPTURE(bad);
    CHECK_FALSE(base64_decode(bad));
}

TEST_CASE("Durations are read as people write them", "[base][duration]") {
    CHECK(parse_duration("500ms") == milliseconds(500));
    CHECK(parse_duration("30") == milliseconds(30'000));
    CHECK(parse_duration("10m") == milliseconds(600'000));
    CHECK(parse_duration("7d") == milliseconds(604'800'000));
    CHECK(parse_duration("forever") == kForever);
    const auto bad = GENERATE(as<std::string>{},
                              "",
                              "-1s",
                              "1.5h",
                              "s",
                              "10 m",
                              "1y",
                              "99999999999999999999s",
                              "9223372036854775807w");
    CAPTURE(bad);
    CHECK_FALSE(parse_duration(bad));
}

TEST_CASE("A duration is printed in a form that reads back", "[base][duration]") {
    const auto text = GENERATE(as<std::string>{}, "1ms", "30s", "90s", "2h", "7d", "forever");
    const auto parsed = parse_duration(text);
    REQUIRE(parsed);
    CHECK(parse_duration(format_duration(*parsed)) == parsed);
}

TEST_CASE("Byte sizes know both kinds of units", "[base][duration]") {
    CHECK(parse_bytes("512MiB") == 512ULL << 20);
    CHECK(parse_bytes("4KB") == 4'000);
    CHECK(parse_bytes("100") == 100);
    CHECK_FALSE(parse_bytes("10 GiB"));
    CHECK_FALSE(parse_bytes("lots"));
    CHECK(format_bytes(32ULL << 20) == "32MiB");
}

TEST_CASE("Wall time saturates instead of overflowing", "[base][clock]") {
    const WallTime now{1'790'000'000'000};
    CHECK(now.plus(kForever).is_forever());
    CHECK(WallTime::forever().plus(milliseconds(-5)).is_forever());
    CHECK(now.plus(milliseconds(1'500)).seconds_since(now) == 1);
    CHECK(now.seconds_since(now.plus(milliseconds(9'000))) == 0);
    CHECK(WallTime{0}.rfc3339() == "1970-01-01T00:00:00Z");
}

}  // namespace
}  // namespace refrain
