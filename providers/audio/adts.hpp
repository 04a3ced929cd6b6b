// A frame header of AAC in ADTS (ISO/IEC 13818-7 6.2). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace refrain::providers::audio {

struct AdtsFrame {
    int rate = 0;
    int channels = 0;           // 0 where the stream itself tells
    std::uint64_t bytes = 0;    // with its header
    std::uint64_t samples = 0;  // of one channel
};

// The frame that begins at `at`, whether or not all of it is there. Absent if none does.
std::optional<AdtsFrame> adts_frame(std::string_view bytes, std::uint64_t at);

// Whether two frames follow each other from the front, or a single one is all there is.
bool begins_with_adts(std::string_view bytes);

}  // namespace refrain::providers::audio
