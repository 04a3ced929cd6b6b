// Google's token counts as this product's. Pure; called by the answer files.
#pragma once

#include "providers/json.hpp"
#include "providers/usage.hpp"

namespace refrain::providers::google {

// Of a whole answer's usageMetadata: tokens of tool use are input, thoughts are output.
Usage token_usage(const Json& answer);

}  // namespace refrain::providers::google
