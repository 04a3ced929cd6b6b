// What an answer says it used, in the provider's own units. Pure values; priced elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::providers {

struct Usage {
    // Tokens. Cached, written, audio, image and video input are parts of input; reasoning and audio
    // output are parts of output (Google's thoughts are added to output when read).
    std::int64_t input_tokens = 0;
    std::int64_t cached_input_tokens = 0;
    std::int64_t cached_audio_input_tokens = 0;  // part of cached and of audio input
    std::int64_t cached_image_input_tokens = 0;  // likewise
    std::int64_t cache_write_tokens = 0;
    std::int64_t cache_write_12h_tokens = 0;  // part of cache_write_tokens: kept for 12 hours
    std::int64_t audio_input_tokens = 0;
    std::int64_t image_input_tokens = 0;
    std::int64_t video_input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::int64_t reasoning_tokens = 0;
    std::int64_t audio_output_tokens = 0;
    std::int64_t image_output_tokens = 0;

    std::int64_t characters = 0;          // of spoken text, as code points
    std::int64_t audio_milliseconds = 0;  // of sound in or out
    std::int64_t images = 0;              // made, where the answer reports no tokens for them
    std::string image_kind;               // "1024x1024" or "hd/1024x1024"; "" if unknown
    std::string service_tier;             // as answered: "default", "flex", "priority"; "" if none
    std::string model;  // that answered, where it is not the one asked for; else ""

    bool operator==(const Usage&) const = default;

    // Compact JSON with the non-zero members only, and back (absent if malformed).
    std::string to_json() const;
    static std::optional<Usage> from_json(std::string_view text);
};

}  // namespace refrain::providers
