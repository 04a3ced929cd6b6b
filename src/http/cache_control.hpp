// The request directives of Cache-Control (RFC 9111 5.2.1, RFC 5861). Unknown ones are ignored;
// numbers saturate at 2^31; a directive with a malformed number is ignored; of one given twice the
// more restrictive counts. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace refrain::http {

struct CacheControl {
    bool no_store = false;
    bool no_cache = false;
    bool only_if_cached = false;
    std::optional<std::chrono::seconds> max_age;
    std::optional<std::chrono::seconds> min_fresh;
    bool accepts_stale = false;                     // max-stale was given
    std::optional<std::chrono::seconds> max_stale;  // absent with accepts_stale: any age
    std::optional<std::chrono::seconds> stale_if_error;

    // Adds the directives of one field line; call once for each line.
    void read(std::string_view value);
};

}  // namespace refrain::http
