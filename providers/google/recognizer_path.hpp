// The path of a Speech-to-Text v2 call: "/v2/projects/p/locations/l/recognizers/_:recognize". Pure.
#pragma once

#include <string_view>

namespace refrain::providers::google {

bool is_recognizer_call(std::string_view path) noexcept;
// Whether it names a recognizer of the caller's own, with settings kept by the provider.
// REQUIRES: is_recognizer_call(path)
bool names_recognizer(std::string_view path) noexcept;

}  // namespace refrain::providers::google
