// Ogg (RFC 3533) with Opus (RFC 7845), Vorbis, FLAC or Speex in it. Pages are walked, not checked.
#include "providers/audio/containers.hpp"
#include "providers/audio/numbers.hpp"

namespace refrain::providers::audio {

namespace {

constexpr std::uint64_t kPageHead = 27;
constexpr std::uint64_t kBeginsStream = 0x02;
constexpr std::uint64_t kNoGranule = ~std::uint64_t{0};  // no packet ends on this page

struct Codec {
    std::string_view name;
    std::uint64_t rate = 0;
    std::uint64_t channels = 0;
    std::uint64_t skipped = 0;  // samples at the front that are not to be played
};

std::optional<Codec> codec_of(std::string_view packet) {
    using namespace std::string_view_literals;
    if (packet.starts_with("OpusHead")) {
        // The granules of Opus count 48 kHz whatever was recorded (RFC 7845 4).
        return Codec{"opus", 48000, byte_at(packet, 9), little_endian(packet, 10, 2)};
    }
    if (packet.starts_with("\x01vorbis"sv)) {
        return Codec{"vorbis", little_endian(packet, 12, 4), byte_at(packet, 11)};
    }
    if (packet.starts_with("\x7F"
                           "FLAC"sv)) {
        // After 13 bytes of its own: "fLaC" is part of them, then the head of STREAMINFO.
        return Codec{
            "flac", big_endian(packet, 27, 3) >> 4, ((byte_at(packet, 29) >> 1) & 0x07U) + 1U};
    }
    if (packet.starts_with("Speex   ")) {
        return Codec{"speex", little_endian(packet, 36, 4), little_endian(packet, 48, 4)};
    }
    return std::nullopt;
}

// Streams that follow each other in one file are added up; only the first names the codec.
class PageWalk {
  public:
    explicit PageWalk(SoundFacts& facts) : facts_(facts) {}

    void page(std::string_view bytes) {
        const std::uint64_t granule = little_endian(bytes, 6, 8);
        const std::uint64_t serial = little_endian(bytes, 14, 4);
        if ((byte_at(bytes, 5) & kBeginsStream) != 0) begin(bytes, serial);
        if (codec_ && serial == serial_ && granule != kNoGranule) granule_ = granule;
    }

    void end() {
        if (!codec_) return;
        const std::uint64_t played = granule_ - std::min(granule_, codec_->skipped);
        constexpr std::uint64_t kAbsurd = std::uint64_t{1} << 53;
        if (codec_->rate == static_cast<std::uint64_t>(facts_.rate) && played < kAbsurd) {
            facts_.frames += static_cast<std::int64_t>(played);
        }
        codec_.reset();
    }

  private:
    void begin(std::string_view bytes, std::uint64_t serial) {
        const auto codec = codec_of(slice(bytes, kPageHead + byte_at(bytes, 26)));
        const auto rate = static_cast<std::int64_t>(codec ? codec->rate : 0);
        if (!codec || !is_sane(rate, static_cast<std::int64_t>(codec->channels))) return;
        if (facts_.codec.empty()) {
            facts_.codec = codec->name;
            facts_.rate = static_cast<int>(codec->rate);
            facts_.channels = static_cast<int>(codec->channels);
        }
        end();
        codec_ = codec;
        serial_ = serial;
        granule_ = 0;
    }

    SoundFacts& facts_;
    std::optional<Codec> codec_;
    std::uint64_t serial_ = 0;
    std::uint64_t granule_ = 0;
};

}  // namespace

ReadSound read_ogg(std::string_view bytes) {
    ReadSound sound;
    PageWalk walk(sound.facts);
    std::size_t at = 0;
    while (at < bytes.size()) {
        if (!has_at(bytes, at, "OggS")) {
            at = bytes.find("OggS", at + 1);
            continue;
        }
        const std::uint64_t segments = byte_at(bytes, at + 26);
        std::uint64_t size = kPageHead + segments;
        for (std::uint64_t i = 0; i < segments; ++i)
            size += byte_at(bytes, at + kPageHead + i);
        walk.page(slice(bytes, at, size));
        at += static_cast<std::size_t>(size);
    }
    walk.end();
    settle_duration(sound.facts);
    sound.payload[1] = bytes;
    return sound;
}

}  // namespace refrain::providers::audio
