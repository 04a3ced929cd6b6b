// Which container some bytes are, by content. Pure.
#pragma once

#include "providers/audio/sound.hpp"

#include <string_view>

namespace refrain::providers::audio {

// REQUIRES: no tags at the front (tags.hpp).
Container sniff(std::string_view bytes);

}  // namespace refrain::providers::audio
