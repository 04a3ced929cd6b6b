// What an uploaded recording is and what is said in it. A pure function of its bytes.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::demo {

struct Recording {
    std::string text;
    std::chrono::milliseconds duration{0};
};

// Absent if it is no sound. The demo's own speech carries its text as a comment; anything else is
// heard as small talk that depends on the sound alone.
std::optional<Recording> listen(std::string_view bytes);

// A stretch of a recording, in seconds.
struct Stretch {
    std::string text;
    double start = 0;
    double end = 0;
};
// The sentences, or the words, spread over the recording by their length.
std::vector<Stretch> sentences_of(const Recording& recording);
std::vector<Stretch> words_of(const Recording& recording);

}  // namespace refrain::demo
