// Judges, counts and converts the answers of POST /v1/responses. Pure; called by the responses
// endpoint from any thread. Forms: "json|{echo}", "sse|{echo}" (answer_forms.hpp).
#pragma once

#include "providers/endpoint.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::providers::openai {

Verdict judge_responses(const Plan& plan, const Answer& answer);
Usage responses_usage(const Answer& answer);

// Every form can become every other: either shape, with anybody's echo.
bool can_render_responses(std::string_view recorded_form, std::string_view wanted_form) noexcept;
Result<Rendered> render_responses(const Answer& recorded, std::string_view wanted_form);
// From stream to stream with another echo.
std::unique_ptr<LiveFilter> responses_live_filter(std::string_view recorded_form,
                                                  std::string_view wanted_form);

// "response:<id>" unless the answer says that the provider did not store it.
std::vector<std::string> responses_names(const Answer& answer);

}  // namespace refrain::providers::openai
