// One line of a list of digests, as sha256sum writes and reads it. Pure.
#pragma once

#include "base/digest.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace refrain::cli {

struct ChecksumLine {
    Digest digest;
    std::string file;
};

// "<hex>  <file>", without a line end. A name with a backslash or a line end is escaped, and its
// line begins with a backslash.
std::string write_checksum_line(const ChecksumLine& line);

// Also "<hex> *<file>", as sha256sum marks binary files. Absent for anything else.
std::optional<ChecksumLine> read_checksum_line(std::string_view text);

}  // namespace refrain::cli
