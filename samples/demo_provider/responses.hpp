// The stream form of a finished Responses object. Pure.
#pragma once

#include "samples/demo_provider/answer.hpp"

#include <vector>

namespace refrain::demo {

// The events that lead to `response`, ending with response.completed or .incomplete; no [DONE].
std::vector<Event> response_events(const Json& request, const Json& response);

}  // namespace refrain::demo
