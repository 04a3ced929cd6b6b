// AAC in ADTS frames (ISO/IEC 13818-7 6.2).
#include "providers/audio/adts.hpp"

#include "providers/audio/containers.hpp"
#include "providers/audio/numbers.hpp"

#include <array>

namespace refrain::providers::audio {

namespace {

constexpr std::array<int, 13> kRates{
    96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350};

}  // namespace

std::optional<AdtsFrame> adts_frame(std::string_view bytes, std::uint64_t at) {
    constexpr std::uint64_t kHeaderBytes = 7;
    const std::uint64_t word = big_endian(bytes, at, 7);
    // Twelve bits of sync, one of version, two of layer, which are 0.
    if ((word >> 44) != 0xFFF || ((word >> 41) & 3) != 0) return std::nullopt;
    const std::uint64_t rate_code = (word >> 34) & 15;
    if (rate_code >= kRates.size()) return std::nullopt;
    AdtsFrame frame;
    frame.rate = kRates[rate_code];
    const auto layout = static_cast<int>((word >> 30) & 7);
    frame.channels = layout == 7 ? 8 : layout;
    frame.bytes = (word >> 13) & 0x1FFF;
    frame.samples = 1024 * ((word & 3) + 1);
    if (frame.bytes < kHeaderBytes) return std::nullopt;
    return frame;
}

bool begins_with_adts(std::string_view bytes) {
    const auto first = adts_frame(bytes, 0);
    if (!first || first->bytes > bytes.size()) return false;
    if (first->bytes == bytes.size()) return true;
    const auto second = adts_frame(bytes, first->bytes);
    return second && second->rate == first->rate;
}

ReadSound read_adts(std::string_view bytes) {
    ReadSound sound;
    const auto first = adts_frame(bytes, 0);
    if (!first) return sound;
    sound.facts.codec = "aac";
    sound.facts.rate = first->rate;
    sound.facts.channels = first->channels;
    sound.payload[1] = bytes;
    std::uint64_t samples = 0;
    std::uint64_t at = 0;
    while (at < bytes.size()) {
        const auto frame = adts_frame(bytes, at);
        const bool whole = frame && at + frame->bytes <= bytes.size();
        at += whole ? frame->bytes : 1;
        if (whole) samples += frame->samples;
    }
    sound.facts.frames = static_cast<std::int64_t>(samples);
    settle_duration(sound.facts);
    return sound;
}

}  // namespace refrain::providers::audio
