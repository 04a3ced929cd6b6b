// What one answer costs: its usage at the prices in force when it was bought, line by line. Pure.
// The lines add up to the cost to the last pico-dollar.
#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"
#include "providers/prices.hpp"
#include "providers/usage.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::providers {

struct Purchase {
    PriceQuestion what;
    std::string_view operation;
    const Usage& usage;
    WallTime at;
    bool regional = false;  // asked on a host that keeps data in a region
};

struct BillLine {
    std::string_view what;      // a unit's name, or "regional"
    std::int64_t quantity = 0;  // of seconds: milliseconds
    Money rate;                 // for one
    Money amount;
};

struct Bill {
    // Why there is no price, in words; "" if there is one. Without a price nothing below counts.
    std::string unpriced;
    Money cost;
    Money discount;  // what prompt caching and a cheaper tier took off
    std::vector<BillLine> lines;
    bool estimated = false;  // from the sound's length, or a tier's usual price
    bool is_long = false;    // at the prices for a long context
    std::string tier;        // "flex", "batch", "priority"; "" is the normal one
    PriceMatch match;        // REQUIRES: the Prices live

    bool is_priced() const noexcept { return unpriced.empty(); }
    // What an entry keeps of it: compact JSON (docs/prices.md).
    std::string to_json() const;
};

Bill make_bill(const Prices& prices, const Purchase& purchase);

// The two numbers an entry's price has, read back.
struct KeptPrice {
    Money cost;
    bool estimated = false;
};
// Absent if it has no price.
std::optional<KeptPrice> read_kept_price(std::string_view json);

}  // namespace refrain::providers
