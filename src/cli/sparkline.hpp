// A row of small bars, one for each number. Pure.
#pragma once

#include <string>
#include <vector>

namespace refrain::cli {

// "▁▃█": the largest is full; nothing is a space; "" for no numbers. REQUIRES: none is negative.
std::string sparkline(const std::vector<double>& numbers);

}  // namespace refrain::cli
