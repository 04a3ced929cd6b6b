// Speech that comes as events, its sound as base64 in them: reading it, and keeping it as sound and
// the text around it. Pure; called by speech_answer.cpp.
#pragma once

#include "base/error.hpp"
#include "providers/usage.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::providers::openai {

struct SpokenEvents {
    std::string audio;  // of all deltas
    Usage usage;        // of the last event
    // Where the base64 of each delta stands in the stream; absent if it is not there as it is
    // (written with escapes).
    struct Span {
        std::size_t begin = 0;
        std::size_t size = 0;
        std::size_t audio_bytes = 0;
    };
    std::optional<std::vector<Span>> spans;
};

// Fails with a reason (answer_checks.hpp) unless the stream came to its end.
Result<SpokenEvents> read_speech_events(std::string_view stream);

// The stream without its sound. REQUIRES: events.spans
std::string speech_envelope(std::string_view stream, const SpokenEvents& events);
// The stream again, byte for byte. Fails if the two do not belong together.
Result<std::string> join_speech_events(std::string_view envelope, std::string_view audio);

}  // namespace refrain::providers::openai
