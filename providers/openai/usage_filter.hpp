// Takes the usage out of a stream for a caller who did not ask for it: the extra chunk without
// choices, and the "usage":null of every other. All other bytes pass as they were. Chat and
// completions; one per reader.
#pragma once

#include "providers/endpoint.hpp"

#include <memory>

namespace refrain::providers::openai {

// An event is passed on as soon as its empty line has come.
std::unique_ptr<LiveFilter> usage_filter();

}  // namespace refrain::providers::openai
