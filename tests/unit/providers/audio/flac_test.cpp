#include "providers/audio/samples.hpp"
#include "unit/providers/audio/files.hpp"

namespace refrain::providers::audio {

using Kind = SoundIdentity::Kind;

namespace {

constexpr std::size_t kCountAt = 21;

// An encoder that writes to a pipe does not know the count (RFC 9639 8.2).
std::string with_count(std::string flac, std::uint64_t count) {
    flac[kCountAt] = static_cast<char>(flac[kCountAt] & 0xF0);
    flac.replace(kCountAt + 1, 4, number_be(count, 4));
    return flac;
}

}  // namespace

TEST_CASE("A FLAC that does not know its length is the same sound", "[audio][flac]") {
    const std::string flac = sample("greeting.flac");

    const SoundIdentity identity = identify(with_count(flac, 0));

    CHECK(identity.digest == identify(flac).digest);
    CHECK(identity.facts.frames == 39680);
    CHECK(identity.facts.duration == std::chrono::milliseconds(2480));
    CHECK_FALSE(inspect(with_count(flac, 0)).duration);
}

TEST_CASE("A FLAC that lies about its length is its bytes", "[audio][flac]") {
    const std::uint64_t count = GENERATE(1, 39679, 39681, 0xFFFF'FFFF);

    CHECK(identify(with_count(sample("greeting.flac"), count)).kind == Kind::bytes);
}

TEST_CASE("A damaged FLAC is its bytes, never another sound", "[audio][flac]") {
    const std::string flac = sample("greeting.flac");
    const std::size_t at = GENERATE(range(1000, 41000, 1999));
    CAPTURE(at);
    std::string damaged = flac;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);

    CHECK(identify(damaged).kind == Kind::bytes);
    CHECK(identify(flac.substr(0, at)).kind == Kind::bytes);
}

TEST_CASE("Tags around a FLAC do not count", "[audio][flac]") {
    const std::string flac = sample("greeting.flac");
    const std::string id3v2("ID3\x04\0\0\0\0\0\x05 tags", 15);
    const std::string id3v1 = "TAG" + std::string(125, ' ');

    CHECK(identify(id3v2 + flac + id3v1).digest == identify(flac).digest);
}

TEST_CASE("A FLAC that unfolds beyond measure is its bytes", "[audio][flac]") {
    // A few KB that play more than three minutes of silence at 16 kHz.
    std::ifstream file(REFRAIN_SOURCE_DIR "/tests/unit/providers/audio/silence.flac",
                       std::ios::binary);
    const std::string bomb{std::istreambuf_iterator<char>(file), {}};
    REQUIRE(bomb.starts_with("fLaC"));

    CHECK(identify(bomb).kind == Kind::bytes);
    CHECK(identify(with_count(bomb, 0)).kind == Kind::bytes);
    CHECK(inspect(bomb).container == Container::flac);
}

TEST_CASE("The most a FLAC may unfold into grows with it, up to a limit", "[audio][flac]") {
    CHECK(max_flac_samples(0) == 16'384);
    CHECK(max_flac_samples(1000) == 16'384 + 16'000);
    CHECK(max_flac_samples(~std::size_t{0}) == 1 << 28);
}

}  // namespace refrain::providers::audio
