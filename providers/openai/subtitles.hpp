// SubRip and WebVTT from the segments of a verbose_json transcript, as Whisper's own writers lay
// them out (openai/whisper, whisper/utils.py). Pure; called by transcript_answer.cpp.
#pragma once

#include "base/error.hpp"
#include "providers/json.hpp"

#include <string>

namespace refrain::providers::openai {

// Fail if `transcript` has no segments, or one without a text and sensible times.
Result<std::string> srt_of(const Json& transcript);
Result<std::string> vtt_of(const Json& transcript);

}  // namespace refrain::providers::openai
