// Whether a call that failed may be made once more, and when. Pure.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "http/head.hpp"

#include <chrono>
#include <optional>

namespace refrain::gateway {

struct FailedAttempt {
    unsigned number = 0;  // 0 is the first
    double luck = 0;      // of [0, 1), so that many who failed at once do not come back at once
    WallTime now{};       // against which a Retry-After that is a date counts
};

// How long to wait before the next attempt; absent, and the answer stands: it is none of 429, 502,
// 503 and 504, or says "X-Should-Retry: false", or asks for more patience than the caller has.
std::optional<std::chrono::milliseconds> pause_after(const http::ResponseHead& head,
                                                     const FailedAttempt& attempt);
// The same where no answer came: absent unless no connection came about. Otherwise the provider may
// have done the work, and would do it twice.
std::optional<std::chrono::milliseconds> pause_after(const Error& error,
                                                     const FailedAttempt& attempt);

}  // namespace refrain::gateway
