// AMR and AMR-WB files (RFC 4867 5): a magic line, then frames of 20 ms whose first byte tells
// their length.
#include "providers/audio/containers.hpp"
#include "providers/audio/numbers.hpp"

#include <array>

namespace refrain::providers::audio {

namespace {

constexpr std::string_view kNarrow = "#!AMR\n";
constexpr std::string_view kWide = "#!AMR-WB\n";
using FrameBytes = std::array<std::uint8_t, 16>;  // by frame type, without the first byte
constexpr FrameBytes kNarrowFrames{12, 13, 15, 17, 19, 20, 26, 31, 5};
constexpr FrameBytes kWideFrames{17, 23, 32, 36, 40, 46, 50, 58, 60, 5};

}  // namespace

ReadSound read_amr(std::string_view bytes) {
    const bool wide = bytes.starts_with(kWide);
    const FrameBytes& sizes = wide ? kWideFrames : kNarrowFrames;
    ReadSound sound;
    sound.facts.codec = wide ? "amr_wb" : "amr_nb";
    sound.facts.rate = wide ? 16000 : 8000;
    sound.facts.channels = 1;
    sound.payload[1] = bytes;
    std::uint64_t at = wide ? kWide.size() : kNarrow.size();
    while (at < bytes.size()) {
        at += 1U + sizes[(byte_at(bytes, at) >> 3) & 15];
        if (at <= bytes.size()) sound.facts.frames += sound.facts.rate / 50;
    }
    settle_duration(sound.facts);
    return sound;
}

}  // namespace refrain::providers::audio
