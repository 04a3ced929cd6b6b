// Judges, counts and converts the answers of POST /v1/chat/completions. Pure; called by the chat
// endpoint from any thread. Forms: "json", "sse", "sse+usage".
#pragma once

#include "providers/endpoint.hpp"

#include <memory>
#include <string_view>

namespace refrain::providers::openai {

Verdict judge_chat(const Plan& plan, const Answer& answer);
Usage chat_usage(const Answer& answer);

// A stream recorded without usage can become neither JSON nor a stream with it.
bool can_render_chat(std::string_view recorded_form, std::string_view wanted_form) noexcept;
Result<Rendered> render_chat(const Answer& recorded, std::string_view wanted_form);
std::unique_ptr<LiveFilter> chat_live_filter(std::string_view recorded_form,
                                             std::string_view wanted_form);

}  // namespace refrain::providers::openai
