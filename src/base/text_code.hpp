// Bytes as text and back: hexadecimal and base64 (RFC 4648). Pure and thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace refrain {

std::string hex_encode(std::string_view bytes);                // lower case
std::optional<std::string> hex_decode(std::string_view text);  // either case; absent if not hex
std::string base64_encode(std::string_view bytes);             // standard alphabet, padded
// Strict: standard alphabet, padded, no white space, no stray bits. Absent if anything is off.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace refrain
