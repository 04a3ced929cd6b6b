// What the key does to prompts: Unicode composition, line ends, white space. Called by the
// endpoints' plans; pure. What goes upstream is never touched.
#pragma once

#include "providers/endpoint.hpp"

#include <string>

namespace refrain::providers {

// exact: nothing. standard: NFC, and CRLF becomes LF (a lone CR stays). relaxed: also each run of
// Unicode white space becomes one space. REQUIRES: valid UTF-8.
void normalize_prompt(std::string& text, Normalize how);

}  // namespace refrain::providers
