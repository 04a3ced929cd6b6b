// What a synthesis request is billed by, and whose voice it asks for. Pure.
#pragma once

#include "providers/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace refrain::providers::google {

// Code points to be spoken, of an `input` in canonical form: spaces count, SSML tags count, <mark/>
// does not.
std::int64_t characters_in(const Json& input);

// "Neural2" for "en-US-Neural2-A": what prices go by. "" for a name of another make.
std::string voice_family(std::string_view voice_name);

}  // namespace refrain::providers::google
