// Small WAV files for tests: 16 bits, one channel, 24 kHz.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace refrain::tests {

// `frames` samples of a saw whose steepness is `step`, so that files of other steps differ.
inline std::string wav_of(std::size_t frames, int step = 64) {
    const auto number = [](std::uint64_t value, int bytes) {
        std::string text;
        for (int i = 0; i < bytes; ++i)
            text += static_cast<char>((value >> (8 * i)) & 0xFFU);
        return text;
    };
    const std::size_t size = frames * 2;
    std::string wav = "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) +
                      number(1, 2) + number(24'000, 4) + number(48'000, 4) + number(2, 2) +
                      number(16, 2) + "data" + number(size, 4);
    for (std::size_t i = 0; i < frames; ++i)
        wav += number(i * static_cast<std::size_t>(step) % 16'000, 2);
    return wav;
}

}  // namespace refrain::tests
