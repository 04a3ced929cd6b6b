// The header that makes raw PCM a WAV file. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace refrain::providers::audio {

// 44 bytes: RIFF, "fmt " of integer PCM, and the head of "data". The samples follow, little-endian.
// REQUIRES: a whole number of bytes in a sample, positive numbers.
std::string wav_header(std::uint32_t data_bytes, int rate, int channels, int bits_per_sample);

}  // namespace refrain::providers::audio
