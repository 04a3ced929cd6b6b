// The words for how a transcript is written down: a response_format is its own form, and a stream
// of any but "json" cannot become anything else. Used by the endpoints of transcription and their
// answer side.
#pragma once

#include <array>
#include <string_view>

namespace refrain::providers::openai {

inline constexpr std::string_view kText = "text";
inline constexpr std::string_view kSrt = "srt";
inline constexpr std::string_view kVtt = "vtt";
inline constexpr std::string_view kVerboseJson = "verbose_json";
inline constexpr std::string_view kDiarizedJson = "diarized_json";

inline constexpr std::array<std::string_view, 6> kTranscriptFormats{
    "json", kText, kSrt, kVtt, kVerboseJson, kDiarizedJson};

inline constexpr std::string_view kTextType = "text/plain; charset=utf-8";

}  // namespace refrain::providers::openai
