// The audio formats that OpenAI's speech comes in, and the words for how such an answer is written
// down: "audio;mp3", "sse;mp3" (events with base64) and "packed;mp3" (what was events, kept as
// sound). Pure.
#pragma once

#include "providers/audio/sound.hpp"

#include <string>
#include <string_view>

namespace refrain::providers::openai {

inline constexpr std::string_view kAudio = "audio";
inline constexpr std::string_view kPacked = "packed";

struct SpeechFormat {
    std::string_view name;  // a value of response_format, and the extension of a file
    std::string_view content_type;
    // The container it is in, unknown for raw samples.
    audio::Container container = audio::Container::unknown;
};

// Raw samples ("pcm"): 24 kHz, 16 bits, one channel.
inline constexpr int kPcmRate = 24'000;
inline constexpr int kPcmFrameBytes = 2;

// The format of that name; null if there is none.
const SpeechFormat* speech_format(std::string_view name) noexcept;

struct SpeechForm {
    std::string_view shape;  // kAudio, kSse or kPacked
    const SpeechFormat& format;
};
// REQUIRES: made by speech_form()
SpeechForm parse_speech_form(std::string_view form) noexcept;
std::string speech_form(std::string_view shape, const SpeechFormat& format);

}  // namespace refrain::providers::openai
