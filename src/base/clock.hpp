// Two kinds of time. Wall time for what users see and keep (age, expiry): milliseconds since 1970,
// saturating. Steady time for deadlines and durations.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace refrain {

using SteadyClock = std::chrono::steady_clock;

struct WallTime {
    std::int64_t ms = 0;  // since 1970-01-01T00:00:00Z

    auto operator<=>(const WallTime&) const = default;

    static constexpr WallTime forever() { return {INT64_MAX}; }
    bool is_forever() const noexcept { return ms == INT64_MAX; }
    // Saturates: forever plus anything is forever, and nothing overflows.
    WallTime plus(std::chrono::milliseconds duration) const noexcept;
    // Whole seconds since `then`, never negative.
    std::int64_t seconds_since(WallTime then) const noexcept;
    // RFC 3339, UTC, whole seconds: 2026-11-20T10:00:00Z
    std::string rfc3339() const;
};

WallTime wall_now() noexcept;

}  // namespace refrain
