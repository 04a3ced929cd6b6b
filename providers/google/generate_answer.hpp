// What generateContent and streamGenerateContent answer. Pure; called by the endpoint. Reasons not
// to keep an answer, as users see them in Cache-Status:
//
//   status-500  content-type  invalid-json  duplicate-names  too-deep  invalid-unicode
//   error-object  truncated  malformed
//   not-terminated    no response at all
//   blocked           the prompt was refused (promptFeedback.blockReason)
//   missing-choices   fewer candidates than asked for
//   unfinished        a candidate without a finishReason
//   content-filter    stopped for safety, recitation and the like
//   finish-reason     stopped for another reason than STOP and MAX_TOKENS
//   no-sound          speech was asked for, and none that plays came
#pragma once

#include "providers/endpoint.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace refrain::providers::google {

Verdict judge_generate(const Plan& plan, const Answer& answer);
Usage generate_usage(const Plan& plan, const Answer& answer);

bool can_render_generate(std::string_view recorded_form, std::string_view wanted_form) noexcept;
Result<Rendered> render_generate(const Answer& recorded, std::string_view wanted_form);

// Absent unless there is spoken sound in it. Raw PCM is kept as a WAV file.
std::optional<Packed> pack_generate(const Answer& answer);
// Of a packed answer.
std::optional<Sound> generate_sound(const Answer& answer);

}  // namespace refrain::providers::google
