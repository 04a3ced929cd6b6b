// AAC-LC in ADTS frames, by VisualOn's encoder: libsndfile writes none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace refrain::demo {

// One channel. Absent if the encoder fails.
std::optional<std::string> encode_aac(std::vector<std::int16_t> samples, int rate);

}  // namespace refrain::demo
