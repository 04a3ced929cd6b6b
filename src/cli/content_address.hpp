// What a file is called by its content: JSON by its canonical form, so that spacing and the order
// of names do not count; anything else by its bytes.
#pragma once

#include "base/digest.hpp"
#include "base/error.hpp"
#include "cli/input.hpp"

#include <cstdint>
#include <string_view>

namespace refrain::cli {

struct ContentAddress {
    std::string_view kind;  // "json" or "bytes"
    Digest digest;
    std::uint64_t bytes = 0;  // read
};

// Reads to the end. Only what begins like an object or an array and is not over 64 MiB is held in
// memory and tried as JSON. `raw`: never.
Result<ContentAddress> content_address(Input& input, bool raw);

}  // namespace refrain::cli
