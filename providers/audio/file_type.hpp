// What a file of sound is called: its media type and its extension. Pure.
#pragma once

#include "providers/audio/sound.hpp"

#include <string_view>

namespace refrain::providers::audio {

struct FileType {
    std::string_view content_type;  // "audio/mpeg"
    std::string_view extension;     // "mp3"
};

FileType file_type(Container container) noexcept;

}  // namespace refrain::providers::audio
