// The answer side of speech: whether what came is the sound that was asked for, and how it looks in
// another shape. Pure; called by speech.cpp. The reasons are those of answer_checks.hpp and:
//
//   empty-audio  not-audio  other-container  no-duration
#pragma once

#include "providers/endpoint.hpp"

#include <optional>
#include <string_view>

namespace refrain::providers::openai {

Verdict judge_speech(const Answer& answer);
Usage speech_usage(const Plan& plan, const Answer& answer);

std::optional<Packed> pack_speech(const Answer& answer);
std::optional<Sound> speech_sound(const Answer& answer);

// Events become sound, packed ones both; sound never becomes events, whose usage nobody knows.
bool can_render_speech(std::string_view recorded_form, std::string_view wanted_form) noexcept;
Result<Rendered> render_speech(const Answer& recorded, std::string_view wanted_form);

}  // namespace refrain::providers::openai
