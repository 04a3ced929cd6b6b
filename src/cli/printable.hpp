// Text from elsewhere, made fit for a terminal. Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace refrain::cli {

// Control characters, among them what starts a terminal's escape sequences, become \xNN.
std::string printable(std::string_view text);

}  // namespace refrain::cli
