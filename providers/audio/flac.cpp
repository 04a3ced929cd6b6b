// FLAC (RFC 9639).
#include "providers/audio/containers.hpp"
#include "providers/audio/numbers.hpp"

namespace refrain::providers::audio {

ReadSound read_flac(std::string_view bytes) {
    constexpr std::uint64_t kStreamInfoBytes = 34;
    ReadSound sound;
    sound.facts.codec = "flac";
    // RFC 9639 8.2: STREAMINFO comes first.
    const bool has_info =
        (byte_at(bytes, 4) & 0x7F) == 0 && big_endian(bytes, 5, 3) == kStreamInfoBytes;
    if (!has_info) return sound;
    const auto rate = static_cast<std::int64_t>(big_endian(bytes, 18, 3) >> 4);
    const auto channels = static_cast<std::int64_t>((byte_at(bytes, 20) >> 1) & 0x07) + 1;
    if (!is_sane(rate, channels)) return sound;
    sound.facts.rate = static_cast<int>(rate);
    sound.facts.channels = static_cast<int>(channels);
    sound.facts.frames =
        static_cast<std::int64_t>(big_endian(bytes, 21, 5) & 0xF'FFFF'FFFF);  // 0: not known
    settle_duration(sound.facts);
    sound.flac = bytes;
    return sound;
}

}  // namespace refrain::providers::audio
