// How a request was answered. One enum, one word each, used by X-Cache, Cache-Status, the log line
// and the metrics. Wire words come from outcome.cpp alone.
#pragma once

#include "cache/key.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::gateway {

enum class Outcome { hit, miss, coalesced, stale, revalidated, bypass, failed };

// "HIT", "MISS", … as X-Cache has it.
std::string_view x_cache(Outcome outcome) noexcept;
// "hit", "miss", … as reports and metrics have it.
std::string_view name(Outcome outcome) noexcept;

// What Cache-Status (RFC 9211) says of one answer.
struct CacheStatus {
    Outcome outcome = Outcome::bypass;
    std::string_view detail;                   // a tier, or why it was not kept; "" for none
    std::optional<std::int64_t> ttl_seconds;   // absent: for ever, or not kept
    std::optional<int> fwd_status;             // what the upstream answered
    bool stored = false;
    const cache::Key* key = nullptr;
};

// Appends the Cache-Status, X-Cache and X-Refrain-Key lines, each with its CRLF.
void append_status_lines(std::string& head, const CacheStatus& status);

}  // namespace refrain::gateway
