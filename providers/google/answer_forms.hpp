// The words for how Google's answers are written down, and their media types.
#pragma once

#include <string>
#include <string_view>

namespace refrain::providers::google {

inline constexpr std::string_view kJson = "json";
// Streams: events that end in CRLF CRLF and nothing after the last one; or one JSON array.
inline constexpr std::string_view kSse = "sse";
inline constexpr std::string_view kArray = "array";
inline constexpr std::string_view kJsonType = "application/json; charset=UTF-8";
inline constexpr std::string_view kSseType = "text/event-stream";

}  // namespace refrain::providers::google
