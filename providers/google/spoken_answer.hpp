// The sound a model spoke, in a Gemini answer: base64 in inlineData, mostly raw PCM in pieces.
// Pure; called by generate_answer.cpp.
#pragma once

#include "providers/endpoint.hpp"
#include "providers/json.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::providers::google {

struct Spoken {
    std::string media_type;  // "audio/L16;codec=pcm;rate=24000"
    std::string bytes;

    std::chrono::milliseconds duration() const;
    // Raw PCM as a WAV file, everything else as it is.
    Sound as_file() const;
};

// The base64 of each piece, in order, as it stands in the responses, which must outlive it.
std::vector<std::string_view> spoken_pieces(const std::vector<Json>& responses);

// All pieces joined. Absent if there are none, or one is not base64.
std::optional<Spoken> spoken_in(const std::vector<Json>& responses);

// Sound as a link serves it: what it is decides its type and extension. 16-bit little-endian PCM
// without a header becomes a WAV file.
struct PcmFormat {
    int rate = 24'000;
    int channels = 1;
};
Sound sound_file(std::string bytes, const PcmFormat& if_raw);

}  // namespace refrain::providers::google
