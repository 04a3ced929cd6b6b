// Matroska and WebM: EBML elements (RFC 8794, RFC 9559). The first sound track counts.
#include "providers/audio/containers.hpp"
#include "providers/audio/numbers.hpp"

#include <bit>
#include <cmath>

namespace refrain::providers::audio {

namespace {

enum Id : std::uint64_t {
    kSegment = 0x18538067,
    kInfo = 0x1549A966,
    kTimestampScale = 0x2AD7B1,
    kDuration = 0x4489,
    kTracks = 0x1654AE6B,
    kTrackEntry = 0xAE,
    kTrackNumber = 0xD7,
    kTrackType = 0x83,
    kCodecId = 0x86,
    kAudio = 0xE1,
    kSamplingFrequency = 0xB5,
    kChannels = 0x9F,
    kCluster = 0x1F43B675,
    kClusterTimestamp = 0xE7,
    kBlockGroup = 0xA0,
    kBlock = 0xA1,
    kSimpleBlock = 0xA3,
};

// These are stepped into, so that an unknown length of a segment or a cluster, as browsers write
// it, does not matter.
constexpr bool holds_elements(std::uint64_t id) {
    return id == kSegment || id == kInfo || id == kTracks || id == kTrackEntry || id == kAudio ||
           id == kCluster || id == kBlockGroup;
}

// A number that says its own length by its leading zero bits, which are part of an id and not of a
// size (RFC 8794 4). 0 bytes long if it is none.
struct Vint {
    std::uint64_t value = 0;
    std::uint64_t bytes = 0;
};

Vint vint(std::string_view bytes, std::uint64_t at, bool with_marker) {
    const std::uint8_t first = byte_at(bytes, at);
    const int length = std::countl_zero(first) + 1;
    if (length > 8) return {};
    const std::uint64_t raw = big_endian(bytes, at, length);
    const std::uint64_t marker = std::uint64_t{1} << (7 * length);
    return {with_marker ? raw : raw & (marker - 1), static_cast<std::uint64_t>(length)};
}

double floating(std::string_view content) {
    if (content.size() == 4) {
        return std::bit_cast<float>(static_cast<std::uint32_t>(big_endian(content, 0, 4)));
    }
    return content.size() == 8 ? std::bit_cast<double>(big_endian(content, 0, 8)) : 0.0;
}

std::uint64_t number(std::string_view content) {
    return content.size() <= 8 ? big_endian(content, 0, static_cast<int>(content.size())) : 0;
}

std::string codec_of(std::string_view id) {
    if (id.starts_with("A_OPUS")) return "opus";
    if (id.starts_with("A_VORBIS")) return "vorbis";
    if (id.starts_with("A_AAC")) return "aac";
    if (id.starts_with("A_FLAC")) return "flac";
    if (id.starts_with("A_MPEG/L3")) return "mp3";
    if (id.starts_with("A_PCM")) return "pcm";
    return "";
}

struct Track {
    std::uint64_t number = 0;
    std::uint64_t type = 0;
    std::string codec;
    double rate = 8000;  // the format's defaults (RFC 9559 5.1.4.1.29)
    std::uint64_t channels = 1;
};

class Walk {
  public:
    void element(std::uint64_t id, std::string_view content) {
        switch (id) {
            case kTimestampScale: scale_ = number(content); break;
            case kDuration: stated_ = floating(content); break;
            case kTrackEntry: settle_track(); break;
            case kTrackNumber: track_.number = number(content); break;
            case kTrackType: track_.type = number(content); break;
            case kCodecId: track_.codec = codec_of(content); break;
            case kSamplingFrequency: track_.rate = floating(content); break;
            case kChannels: track_.channels = number(content); break;
            case kCluster: settle_track(); break;
            case kClusterTimestamp: cluster_at_ = number(content); break;
            case kSimpleBlock:
            case kBlock: block(content); break;
            default: break;
        }
    }

    void finish(SoundFacts& facts) {
        settle_track();
        facts.codec = sound_.codec;
        const auto rate = std::isfinite(sound_.rate) && sound_.rate < 1e6
                              ? static_cast<std::int64_t>(sound_.rate)
                              : 0;
        if (sound_.type == kSoundTrack && sound_.channels <= kMaxChannels &&
            is_sane(rate, static_cast<std::int64_t>(sound_.channels))) {
            facts.rate = static_cast<int>(rate);
            facts.channels = static_cast<int>(sound_.channels);
        }
        // Without a length, the last block is taken to last as long as the one before it.
        const double units =
            stated_ > 0 ? stated_ : static_cast<double>(last_) + static_cast<double>(step_);
        const double seconds = units * static_cast<double>(scale_) / 1e9;
        constexpr double kLongest = 1e9;
        if (!(seconds > 0 && seconds < kLongest)) return;
        facts.duration = std::chrono::milliseconds(std::llround(seconds * 1000));
        facts.frames = std::llround(seconds * facts.rate);
    }

  private:
    static constexpr std::uint64_t kSoundTrack = 2;

    void settle_track() {
        if (sound_.type != kSoundTrack && track_.type == kSoundTrack) sound_ = track_;
        track_ = {};
    }

    // Track number, then a signed time after the cluster's (RFC 9559 10.1).
    void block(std::string_view content) {
        const Vint track = vint(content, 0, false);
        if (track.bytes == 0 || track.value != sound_.number) return;
        const auto after = static_cast<std::int16_t>(big_endian(content, track.bytes, 2));
        const std::uint64_t at = cluster_at_ + static_cast<std::uint64_t>(std::int64_t{after});
        constexpr std::uint64_t kAbsurd = std::uint64_t{1} << 53;
        if (at <= last_ || at > kAbsurd) return;
        step_ = at - last_;
        last_ = at;
    }

    Track track_;
    Track sound_;
    std::uint64_t scale_ = 1'000'000;  // ns of one unit of time
    double stated_ = 0;
    std::uint64_t cluster_at_ = 0;
    std::uint64_t last_ = 0;
    std::uint64_t step_ = 0;
};

}  // namespace

ReadSound read_matroska(std::string_view bytes) {
    ReadSound sound;
    sound.payload[1] = bytes;
    Walk walk;
    std::uint64_t at = 0;
    while (at < bytes.size()) {
        const Vint id = vint(bytes, at, true);
        if (id.bytes == 0) break;
        const Vint size = vint(bytes, at + id.bytes, false);
        if (size.bytes == 0) break;
        at += id.bytes + size.bytes;
        if (holds_elements(id.value)) {
            walk.element(id.value, {});
            continue;
        }
        walk.element(id.value, slice(bytes, at, size.value));
        if (size.value > bytes.size()) break;
        at += size.value;
    }
    walk.finish(sound.facts);
    return sound;
}

}  // namespace refrain::providers::audio
