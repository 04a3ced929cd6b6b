// The numbers of the ledger: one set per cell. Money is in pico-dollars, time in milliseconds; all
// add up without wrapping. Pure values.
#pragma once

#include "base/money.hpp"
#include "base/outcome.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace refrain::ledger {

// The order is the one on disk (docs/formats/ledger.md): new ones go to the end.
enum class Figure {
    // Requests by outcome, in the order of Outcome.
    hit,
    miss,
    coalesced,
    stale,
    revalidated,
    bypass,
    failed,

    would_hits,       // in observe mode: misses that an entry could have answered
    unpriced,         // requests whose answer has no price
    estimated,        // purchases whose price is an estimate
    spent,            // what upstreams were paid
    saved,            // what hits would have cost
    coalesced_saved,  // what callers who shared a call would have cost
    discounted,       // what the provider took off what was bought: prompt caching, cheaper tiers
    would_save,
    // What hits would have used.
    input_tokens,
    output_tokens,
    characters,
    audio_ms,
    latency_ms,
};
inline constexpr std::size_t kFigures = 20;

constexpr Figure figure_of(Outcome outcome) noexcept {
    return static_cast<Figure>(outcome);
}

// Of one cell: 64 bits are nine million dollars.
struct Figures {
    std::array<std::int64_t, kFigures> values{};

    std::int64_t& operator[](Figure figure) noexcept {
        return values[static_cast<std::size_t>(figure)];
    }
    std::int64_t operator[](Figure figure) const noexcept {
        return values[static_cast<std::size_t>(figure)];
    }
    void add(const Figures& other) noexcept;  // saturates
    bool is_zero() const noexcept;
    bool operator==(const Figures&) const = default;
};

// Of any number of cells.
struct Sum {
    std::array<Int128, kFigures> values{};

    void add(const Figures& figures) noexcept;
    void add(const Sum& other) noexcept;
    std::int64_t count(Figure figure) const noexcept;
    Money money(Figure figure) const noexcept {
        return Money::pico(values[static_cast<std::size_t>(figure)]);
    }
    std::int64_t requests() const noexcept;
    // Answers that cost no upstream call of their own, of all that could be memoized; 0 to 1.
    double hit_rate() const noexcept;
    bool operator==(const Sum&) const = default;
};

}  // namespace refrain::ledger
