#include "providers/audio/wav.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <limits>

namespace refrain::providers::audio {

namespace {

constexpr std::uint32_t kAfterRiffSize = 36;  // of the header's 44 bytes

void put(std::string& out, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
        out += static_cast<char>((value >> (8 * i)) & 0xFF);
    }
}

}  // namespace

std::string wav_header(std::uint32_t data_bytes, int rate, int channels, int bits_per_sample) {
    REFRAIN_CHECK(rate > 0 && channels > 0, "PCM has a rate and channels");
    REFRAIN_CHECK(bits_per_sample > 0 && bits_per_sample % 8 == 0, "PCM has whole bytes");
    const auto per_second = static_cast<std::uint32_t>(rate);
    const auto frame_bytes = static_cast<std::uint32_t>(channels * bits_per_sample / 8);
    constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
    std::string header = "RIFF";
    put(header, std::min(data_bytes, kMost - kAfterRiffSize) + kAfterRiffSize, 4);
    header += "WAVEfmt ";
    put(header, 16, 4);
    put(header, 1, 2);  // WAVE_FORMAT_PCM
    put(header, static_cast<std::uint32_t>(channels), 2);
    put(header, per_second, 4);
    put(header, per_second * frame_bytes, 4);
    put(header, frame_bytes, 2);
    put(header, static_cast<std::uint32_t>(bits_per_sample), 2);
    header += "data";
    put(header, data_bytes, 4);
    return header;
}

}  // namespace refrain::providers::audio
