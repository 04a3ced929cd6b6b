// What one listener allows its clients. Plain values, set once at start-up.
#pragma once

#include "http/head.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace refrain::server {

struct Limits {
    http::HeadLimits head;
    std::chrono::milliseconds idle_timeout{75'000};    // between requests
    std::chrono::milliseconds header_timeout{10'000};  // from the first byte of a head to its last
    std::chrono::milliseconds body_timeout{30'000};    // between two pieces of a body
    std::chrono::milliseconds write_timeout{60'000};   // a peer that takes nothing
    std::size_t max_connections = 10'000;              // of the process; over it 503
    std::size_t drain_bytes = 256 * 1024;  // of an unread body that are read to keep a connection
};

}  // namespace refrain::server
