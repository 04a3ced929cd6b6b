#include "providers/audio/mpeg.hpp"

#include "providers/audio/containers.hpp"
#include "providers/audio/numbers.hpp"

#include <array>

namespace refrain::providers::audio {

namespace {

using Bitrates = std::array<int, 15>;  // kbit/s by index; 0 is "free format"

constexpr std::array<Bitrates, 3> kBitrates1{{
    {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},  // layer I
    {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
    {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
}};
constexpr Bitrates kBitrates2Layer1{
    0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256};
constexpr Bitrates kBitrates2{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
constexpr std::array<int, 3> kRates1{44100, 48000, 32000};

int bitrate(bool first_version, int layer, std::uint32_t index) {
    if (index >= kBitrates2.size()) return 0;
    if (first_version) return kBitrates1[static_cast<std::size_t>(layer - 1)][index];
    return layer == 1 ? kBitrates2Layer1[index] : kBitrates2[index];
}

std::uint64_t samples_in_frame(bool first_version, int layer) {
    if (layer == 1) return 384;
    return layer == 2 || first_version ? 1152 : 576;
}

// Samples that an encoder put before and after the sound, by its own word (LAME's tag). The decoder
// itself starts 529 late, which the front padding counts in.
struct Padding {
    bool is_header_only = false;  // the first frame is a Xing, Info or VBRI table, not sound
    std::uint64_t samples = 0;
};

Padding padding_of(std::string_view bytes, const MpegFrame& first) {
    constexpr std::uint64_t kHeader = 4;
    constexpr std::uint64_t kVbriAt = kHeader + 32;
    const std::uint64_t at = kHeader + first.side_info_bytes;
    if (has_at(bytes, kVbriAt, "VBRI")) return {true, 0};
    if (!has_at(bytes, at, "Xing") && !has_at(bytes, at, "Info")) return {};
    const std::uint64_t flags = big_endian(bytes, at + 4, 4);
    std::uint64_t lame_at = at + 8;
    if ((flags & 1) != 0) lame_at += 4;
    if ((flags & 2) != 0) lame_at += 4;
    if ((flags & 4) != 0) lame_at += 100;
    if ((flags & 8) != 0) lame_at += 4;
    if (lame_at + 24 > first.bytes || byte_at(bytes, lame_at) == 0) return {true, 0};
    const std::uint64_t both = big_endian(bytes, lame_at + 21, 3);
    return {true, (both >> 12) + (both & 0xFFF)};
}

}  // namespace

std::optional<MpegFrame> mpeg_frame(std::string_view bytes, std::uint64_t at) {
    const auto word = static_cast<std::uint32_t>(big_endian(bytes, at, 4));
    if ((word >> 21) != 0x7FF) return std::nullopt;
    const std::uint32_t version = (word >> 19) & 3;  // 0: 2.5, 2: 2, 3: 1
    const std::uint32_t layer_code = (word >> 17) & 3;
    const std::uint32_t rate_code = (word >> 10) & 3;
    if (version == 1 || layer_code == 0 || rate_code == 3) return std::nullopt;

    MpegFrame frame;
    const bool first_version = version == 3;
    frame.layer = static_cast<int>(4 - layer_code);
    frame.rate = kRates1[rate_code] >> (first_version ? 0 : version == 2 ? 1 : 2);
    frame.channels = ((word >> 6) & 3) == 3 ? 1 : 2;
    const int kilobits = bitrate(first_version, frame.layer, (word >> 12) & 15);
    if (kilobits == 0) return std::nullopt;
    frame.samples = samples_in_frame(first_version, frame.layer);
    const std::uint64_t slot = frame.layer == 1 ? 4 : 1;
    const std::uint64_t slots = frame.samples / 8 / slot * static_cast<std::uint64_t>(kilobits) *
                                1000 / static_cast<std::uint64_t>(frame.rate);
    frame.bytes = (slots + ((word >> 9) & 1)) * slot;
    const bool mono = frame.channels == 1;
    frame.side_info_bytes = first_version ? (mono ? 17 : 32) : (mono ? 9 : 17);
    return frame;
}

bool begins_with_mpeg(std::string_view bytes) {
    const auto first = mpeg_frame(bytes, 0);
    if (!first || first->bytes > bytes.size()) return false;
    if (first->bytes == bytes.size()) return true;
    const auto second = mpeg_frame(bytes, first->bytes);
    return second && second->layer == first->layer && second->rate == first->rate;
}

ReadSound read_mpeg(std::string_view bytes) {
    ReadSound sound;
    const auto first = mpeg_frame(bytes, 0);
    if (!first) return sound;
    const Padding padding = padding_of(bytes, *first);
    sound.facts.codec = "mp" + std::to_string(first->layer);
    sound.facts.rate = first->rate;
    sound.facts.channels = first->channels;
    sound.payload[1] = bytes;

    std::uint64_t samples = 0;
    std::uint64_t at = padding.is_header_only ? first->bytes : 0;
    while (at < bytes.size()) {
        const auto frame = mpeg_frame(bytes, at);
        const bool whole = frame && frame->rate == first->rate && at + frame->bytes <= bytes.size();
        // Noise between frames is stepped over, as decoders do.
        at += whole ? frame->bytes : 1;
        if (whole) samples += frame->samples;
    }
    samples -= std::min(samples, padding.samples);
    sound.facts.frames = static_cast<std::int64_t>(samples);
    settle_duration(sound.facts);
    return sound;
}

}  // namespace refrain::providers::audio
