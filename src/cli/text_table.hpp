// Columns of text, lined up: the first to the left, the others to the right. Pure.
#pragma once

#include <string>
#include <vector>

namespace refrain::cli {

using TableRow = std::vector<std::string>;

// REQUIRES: rows of equal length. Every line ends with a line feed.
std::string text_table(const std::vector<TableRow>& rows);

}  // namespace refrain::cli
