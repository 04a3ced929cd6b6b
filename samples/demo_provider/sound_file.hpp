// Samples as a file, in the formats OpenAI's speech comes in. The same samples give the same bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::demo {

struct SoundFormat {
    std::string_view name;  // of response_format
    std::string_view content_type;
};

// Null if there is none of that name.
const SoundFormat* sound_format(std::string_view name) noexcept;

// `comment` is what is said; formats with tags carry it. Absent if the encoder fails.
std::optional<std::string> encode_sound(const std::vector<std::int16_t>& samples,
                                        const SoundFormat& format,
                                        const std::string& comment);

}  // namespace refrain::demo
