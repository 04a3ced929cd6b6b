// A voice of sorts: a syllable for each letter, with a pitch, a colour and a length that depend on
// the letter and the speaker. Deterministic, and fast: about a second of speech in 0.2 ms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::demo {

inline constexpr int kSpeechRate = 24'000;  // samples a second, one channel

struct Speaker {
    std::string voice;
    std::string mood;  // instructions and model: they change the melody
    double speed = 1;
};

std::vector<std::int16_t> speak(std::string_view text, const Speaker& speaker);

}  // namespace refrain::demo
