// Makes up a value that fits a JSON Schema, for structured output and tool arguments. Pure.
#pragma once

#include "samples/demo_provider/answer.hpp"
#include "samples/demo_provider/text.hpp"

namespace refrain::demo {

// Knows type, properties, items, enum, const, anyOf/oneOf/allOf, local $ref, bounds and common
// formats; what it does not know it ignores. Names come in the order of the schema, as at OpenAI.
Json sample_of(const Json& schema, Dice& dice);

}  // namespace refrain::demo
