// What chat's and completions' answers have in common: choices to judge, and the forms "json",
// "sse", "sse+usage". Pure; called by chat_answer and completions_answer.
#pragma once

#include "providers/endpoint.hpp"
#include "providers/json.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace refrain::providers::openai {

// Whether a whole answer has all its choices, each of them finished and none cut by a filter.
Verdict judge_choices(const Json& whole, int asked_for);

bool can_render_chunks(std::string_view recorded_form, std::string_view wanted_form) noexcept;

struct ChunkConversions {
    Result<std::string> (*to_stream)(std::string_view json, bool include_usage);
    Result<std::string> (*to_whole)(std::string_view stream);
};
Result<Rendered> render_chunks(const Answer& recorded,
                               std::string_view wanted_form,
                               const ChunkConversions& conversions);

std::unique_ptr<LiveFilter> chunk_live_filter(std::string_view recorded_form,
                                              std::string_view wanted_form);

}  // namespace refrain::providers::openai
