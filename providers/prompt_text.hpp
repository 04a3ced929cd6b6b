// What the key does to prompts: Unicode composition, line ends, white space. Called by the
// endpoints' plans; pure. What goes upstream is never touched.
#pragma once

#include "providers/endpoint.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace refrain::providers {

// exact: nothing. standard: NFC, and CRLF becomes LF (a lone CR stays). relaxed: also each run of
// Unicode white space becomes one space. REQUIRES: valid UTF-8.
void normalize_prompt(std::string& text, Normalize how);

// For text to be spoken: the same, and unless exact, without white space at either end, which
// nobody hears. REQUIRES: valid UTF-8.
void normalize_speech(std::string& text, Normalize how);

// Code points, as providers count what they speak. REQUIRES: valid UTF-8.
std::size_t count_characters(std::string_view text) noexcept;

}  // namespace refrain::providers
