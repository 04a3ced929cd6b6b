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
    // Of a WAV file where the sound is raw PCM, else "".
    std::string missing_header() const;
};

// The base64 of each piece, in order, as it stands in the responses, which must outlive it.
std::vector<std::string_view> spoken_pieces(const std::vector<Json>& responses);

// All pieces joined. Absent if there are none, or one is not base64.
std::optional<Spoken> spoken_in(const std::vector<Json>& responses);

// 16-bit little-endian PCM without a header.
struct PcmFormat {
    int rate = 24'000;
    int channels = 1;
};
std::string wav_header_for(std::size_t pcm_bytes, const PcmFormat& format);

// What a file is as a link serves it, its bytes left out.
Sound sound_facts(std::string_view file);

}  // namespace refrain::providers::google
