// What one try of a non-blocking operation came to, on a plain socket or through TLS.
#pragma once

#include <cstddef>

namespace refrain::upstream {

struct Attempt {
    enum class Outcome {
        done,        // `bytes` moved
        end,         // the peer sends no more
        want_read,   // try again when the socket is readable
        want_write,  // try again when it is writable
        failed,
    };
    Outcome outcome;
    std::size_t bytes = 0;
};

}  // namespace refrain::upstream
