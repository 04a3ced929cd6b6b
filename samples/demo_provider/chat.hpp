// The stream form of a finished chat completion. Pure.
#pragma once

#include "samples/demo_provider/answer.hpp"
#include "samples/demo_provider/compose.hpp"

#include <vector>

namespace refrain::demo {

// {"content":[…]} for some tokens of `draft`, or null if the request did not ask for it.
Json chat_logprobs(const Json& request, const Draft& draft, std::size_t first, std::size_t count);

// The chunks of `completion`, whose choices say what `drafts` hold, and the [DONE] at the end.
std::vector<Event> chat_events(const Json& request,
                               const Json& completion,
                               const std::vector<Draft>& drafts);

}  // namespace refrain::demo
