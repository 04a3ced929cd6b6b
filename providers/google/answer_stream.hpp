// A Gemini answer is one or more GenerateContentResponse objects: alone, as events, or in an array.
// Reads them from any of the three and writes them as any. Pure; used by generate_answer.cpp. A
// failure's message is a reason as in generate_answer.hpp.
#pragma once

#include "base/error.hpp"
#include "providers/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace refrain::providers::google {

// In order, numbers as written; at least one. Fails on what is cut, malformed or holds an error.
Result<std::vector<Json>> read_responses(std::string_view body, std::string_view form);

// REQUIRES: one response if the form is kJson.
std::string write_responses(const std::vector<Json>& responses, std::string_view form);

// What the responses of a stream add up to: texts joined, the last usage.
Json merge_responses(const std::vector<Json>& responses);

}  // namespace refrain::providers::google
