// Reads the input items and the tools of a Responses request: what is prompt, what lives at the
// provider. Pure; called by the responses endpoint.
#pragma once

#include "providers/openai/request_fields.hpp"

namespace refrain::providers::openai {

void read_responses_input(RequestDraft& draft);

// Refuses tools that the provider runs, and those nobody here has heard of.
void read_responses_tools(RequestDraft& draft);

}  // namespace refrain::providers::openai
