// How a request was answered. One enum, one word each: X-Cache, the log line, the report and the
// metrics all use these.
#pragma once

#include <array>
#include <string_view>

namespace refrain {

enum class Outcome {
    hit,          // from the cache
    miss,         // asked the upstream, for a request that is memoized
    coalesced,    // shared the upstream call of another caller
    stale,        // from the cache, past its time
    revalidated,  // from the cache, after the upstream was asked whether it still holds
    bypass,       // never memoized
    failed,       // an error of ours, or of an upstream, instead of an answer
};

inline constexpr std::array kOutcomes{Outcome::hit,
                                      Outcome::miss,
                                      Outcome::coalesced,
                                      Outcome::stale,
                                      Outcome::revalidated,
                                      Outcome::bypass,
                                      Outcome::failed};

std::string_view name(Outcome outcome) noexcept;     // "hit"
std::string_view x_cache(Outcome outcome) noexcept;  // "HIT", as the X-Cache field has it

}  // namespace refrain
