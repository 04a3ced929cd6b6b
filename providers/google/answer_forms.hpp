// The words for how Google's answers are written down, and their media types.
#pragma once

#include <string>
#include <string_view>

namespace refrain::providers::google {

inline constexpr std::string_view kJson = "json";
// Streams: events that end in CRLF CRLF and nothing after the last one; or one JSON array.
inline constexpr std::string_view kSse = "sse";
inline constexpr std::string_view kArray = "array";
// Any of these with its sound taken out of the text (embedded_sound.hpp): "json+sound".
inline constexpr std::string_view kSoundSuffix = "+sound";

inline constexpr std::string_view kJsonType = "application/json; charset=UTF-8";
inline constexpr std::string_view kSseType = "text/event-stream";

inline bool is_packed(std::string_view form) noexcept {
    return form.ends_with(kSoundSuffix);
}
// "json" for "json+sound", and for "json".
inline std::string_view unpacked_form(std::string_view form) noexcept {
    if (is_packed(form)) form.remove_suffix(kSoundSuffix.size());
    return form;
}

}  // namespace refrain::providers::google
