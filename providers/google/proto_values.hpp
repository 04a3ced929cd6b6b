// The values of proto3 JSON in one spelling each. What is not of the type, or not well-formed, is
// left alone: the provider will refuse it. Pure; used by proto_json.cpp.
#pragma once

#include "providers/google/message.hpp"
#include "providers/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace refrain::providers::google {

// "5", 5.0 and 5e0 are the number 5.
void fold_number(Json& value);
// As above, but "1.5" is no integer.
void fold_integer(Json& value);
// An enumerator's number as its name.
void fold_enumerator(Json& value, Enumeration values);
// "1.500s" as "1.5s".
void fold_duration(Json& value);

// Either alphabet (RFC 4648 4 and 5), padded or not; absent if it is neither.
std::optional<std::string> flexible_base64(std::string_view text);

}  // namespace refrain::providers::google
