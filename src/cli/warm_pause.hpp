// When `refrain warm` sends a line again that a provider, or the gateway, was too busy for. Pure.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace refrain::cli {

// How long to wait after an answer to attempt number `attempt` (from 1): what its Retry-After
// says, else 1, 2, 4, 8 s. Absent: that was the answer. Only 429 and 503 are worth another
// attempt, five in all, and nobody waits longer than a minute.
std::optional<std::chrono::milliseconds> pause_before_retry(int status,
                                                            std::string_view retry_after,
                                                            unsigned attempt,
                                                            WallTime now);

}  // namespace refrain::cli
