// Judges, counts and converts the answers of POST /v1/completions. Pure; called by the completions
// endpoint from any thread. Forms: "json", "sse", "sse+usage", converted as chat's are.
#pragma once

#include "providers/endpoint.hpp"

#include <memory>
#include <string_view>

namespace refrain::providers::openai {

Verdict judge_completions(const Plan& plan, const Answer& answer);
Usage completions_usage(const Answer& answer);
bool can_render_completions(std::string_view recorded_form, std::string_view wanted_form) noexcept;
Result<Rendered> render_completions(const Answer& recorded, std::string_view wanted_form);
std::unique_ptr<LiveFilter> completions_live_filter(std::string_view recorded_form,
                                                    std::string_view wanted_form);

}  // namespace refrain::providers::openai
