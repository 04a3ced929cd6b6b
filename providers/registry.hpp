// From a method and a path to the endpoint that understands them. Pure.
#pragma once

#include "providers/endpoint.hpp"

#include <string_view>

namespace refrain::providers {

// Whose dialect a path speaks: errors are written in it.
enum class Dialect {
    openai,
    google,
    google_array,  // of calls whose answer is an array: errors are in one, too
};

// The endpoint for an OpenAI-format call ("/v1/chat/completions"), null if it is not memoized.
// The path must match exactly; a trailing slash or "//" is not the same path.
const Endpoint* openai_endpoint(std::string_view method, std::string_view path) noexcept;

// The same for a call in Google's format ("/v1beta/models/gemini-2.5-flash:generateContent").
const Endpoint* google_endpoint(std::string_view method, std::string_view path) noexcept;

}  // namespace refrain::providers
