// A frame header of MPEG audio (ISO/IEC 11172-3 2.4.1.3, 13818-3; 2.5 as everyone reads it). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace refrain::providers::audio {

struct MpegFrame {
    int layer = 3;
    int rate = 0;
    int channels = 0;
    std::uint64_t bytes = 0;    // with its header
    std::uint64_t samples = 0;  // of one channel
    std::uint64_t side_info_bytes = 0;
};

// The frame that begins at `at`, whether or not all of it is there. Absent if none does; "free
// format", which nobody makes, is none.
std::optional<MpegFrame> mpeg_frame(std::string_view bytes, std::uint64_t at);

// Whether two frames of one kind follow each other from the front, or a single one is all there is.
bool begins_with_mpeg(std::string_view bytes);

}  // namespace refrain::providers::audio
