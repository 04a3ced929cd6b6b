// What no single row of the schema can see: settings that need or exclude one another, and settings
// this version refuses. Pure and thread-safe.
#pragma once

#include "config/load.hpp"
#include "config/schema.hpp"

#include <vector>

namespace refrain::config {

// Adds to `problems`; says nothing more about a key that already has one.
void check(const Loaded& loaded, const std::vector<Setting>& rows, std::vector<Problem>& problems);

}  // namespace refrain::config
