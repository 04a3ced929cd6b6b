// Judges, counts and converts the answers of POST /v1/audio/transcriptions and /translations. Pure;
// called by those endpoints from any thread. Forms: transcript_forms.hpp, "json", "sse", and
// "sse+FORMAT" for a stream of another format.
#pragma once

#include "providers/endpoint.hpp"

#include <string_view>

namespace refrain::providers::openai {

Verdict judge_transcript(const Answer& answer);

// Tokens or seconds as answered; else the length of the sound that was sent, or, where that is not
// known, the one that the answer gives.
Usage transcript_usage(const Plan& plan, const Answer& answer);

// JSON and its stream become each other; verbose_json becomes json, text, srt and vtt.
bool can_render_transcript(std::string_view recorded_form, std::string_view wanted_form) noexcept;
Result<Rendered> render_transcript(const Answer& recorded, std::string_view wanted_form);

}  // namespace refrain::providers::openai
