// The words for how OpenAI's answers are written down. Plans name the form a caller wants and the
// form the upstream is asked for; the answer side reads and writes them.
#pragma once

#include <string>
#include <string_view>

namespace refrain::providers::openai {

inline constexpr std::string_view kJson = "json";
inline constexpr std::string_view kSse = "sse";
// Chat and completions: a stream whose usage was asked for (stream_options.include_usage).
inline constexpr std::string_view kSseUsage = "sse+usage";
// Embeddings: the encoding_format of the vectors.
inline constexpr std::string_view kJsonFloat = "json;float";
inline constexpr std::string_view kJsonBase64 = "json;base64";
// Images: a stream with partial images, which cannot be made up afterwards.
inline constexpr std::string_view kSsePartial = "sse+partial";

inline constexpr std::string_view kJsonType = "application/json";
inline constexpr std::string_view kSseType = "text/event-stream; charset=utf-8";

// Responses echo some members of the request: "sse|{"user":"ann"}" is a stream that echoes these.
// `echo` is the canonical JSON object of the caller's own; "{}" or "" if there are none.
struct EchoForm {
    std::string_view shape;  // kJson or kSse
    std::string_view echo;   // "{}" if none
};
EchoForm parse_echo_form(std::string_view form) noexcept;
std::string echo_form(std::string_view shape, std::string_view echo);

}  // namespace refrain::providers::openai
