// Reads the usage objects of OpenAI's answers. Pure; called by the *_answer files.
#pragma once

#include "providers/json.hpp"
#include "providers/usage.hpp"

namespace refrain::providers::openai {

// {"usage": {"prompt_tokens", "completion_tokens", …}, "service_tier"}: chat, completions,
// embeddings.
Usage prompt_usage(const Json& answer);

// {"usage": {"input_tokens", "output_tokens", …}, "service_tier"}: responses, images.
Usage input_usage(const Json& answer);

}  // namespace refrain::providers::openai
