// Stage 3: what the caller asks of the cache: Cache-Control and the X-Refrain-… request headers.
// Pure. None of them goes upstream.
#pragma once

#include "base/error.hpp"
#include "http/cache_control.hpp"
#include "http/head.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::gateway {

struct Controls {
    http::CacheControl cache_control;
    std::optional<std::chrono::milliseconds> ttl;
    std::vector<std::string> tags;
    std::string variant;
    bool paced = false;
    bool wants_link = false;
};

// "url" or "inline", in X-Refrain-Deliver or ?deliver=. Fails with a sentence that names it.
Result<bool> read_deliver(std::string_view name, std::string_view value);

// Fails with a sentence that names the header and its value.
Result<Controls> read_controls(const http::Fields& fields);

}  // namespace refrain::gateway
