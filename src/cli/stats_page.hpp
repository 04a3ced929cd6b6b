// The savings report for people. Pure.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace refrain::cli {

// What the gateway served as JSON, as plain text with tables. What the report does not have is
// left out; what it calls things is printed safely. Fails on anything but a JSON object.
Result<std::string> stats_page(std::string_view report);

}  // namespace refrain::cli
