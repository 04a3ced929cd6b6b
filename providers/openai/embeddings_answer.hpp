// Judges, counts and converts the answers of POST /v1/embeddings. Pure; called by the embeddings
// endpoint from any thread. Forms: "json;float", "json;base64". Vectors are cut out of the text
// and never become JSON values: a batch may be many megabytes.
#pragma once

#include "providers/endpoint.hpp"

#include <string_view>

namespace refrain::providers::openai {

Verdict judge_embeddings(const Plan& plan, const Answer& answer);
Usage embeddings_usage(const Answer& answer);
bool can_render_embeddings(std::string_view recorded_form, std::string_view wanted_form) noexcept;
// Only the vectors change: base64 is float32, little-endian; numbers are the shortest that mean
// the same float32. A vector that already is in the wanted form (some servers ignore
// encoding_format) stays.
Result<Rendered> render_embeddings(const Answer& recorded, std::string_view wanted_form);

}  // namespace refrain::providers::openai
