// The Cache-Status response field (RFC 9211): what this cache did with a request, as one member of
// the list that all caches on the way add to. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::http {

// Why a request went upstream (RFC 9211 2.2).
enum class Forwarded { bypass, method, uri_miss, vary_miss, miss, request, stale, partial };

std::string_view name(Forwarded why) noexcept;

// Views must live until the member is rendered.
struct CacheStatus {
    bool hit = false;  // excludes the next four, which are left out then
    std::optional<Forwarded> fwd;
    std::optional<int> fwd_status;
    bool stored = false;              // only with fwd
    std::optional<bool> collapsed;    // only with fwd; false: tried, but went alone
    std::optional<std::int64_t> ttl;  // seconds; negative for a stale answer
    std::string_view key;             // left out if empty
    std::string_view detail;          // left out if empty

    // refrain; hit; ttl=60; key="…"; detail=memory
    std::string member() const;
    void append_to(std::string& out) const;
    // The field value for an answer that came with `upstream` as its own (empty if none): ours goes
    // last, nearest to the user (RFC 9211 2).
    std::string after(std::string_view upstream) const;
};

}  // namespace refrain::http
