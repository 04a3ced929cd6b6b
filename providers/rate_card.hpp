// The rates that hold for one purchase: of an entry, those of its day, its tier and its length.
// Pure.
#pragma once

#include "base/clock.hpp"
#include "providers/prices.hpp"

#include <optional>
#include <string_view>

namespace refrain::providers {

struct RateCard {
    Rates rates;
    bool estimated = false;  // the tier's price is its usual part of the normal one
};

// The tier as prices have it: "default" and "standard" are "", "fast" is "priority".
std::string tier_of(std::string_view service_tier);

// Absent if nothing is known of the tier.
std::optional<RateCard> rate_card(const Prices& prices,
                                  const PriceEntry& entry,
                                  std::string_view tier,
                                  bool is_long,
                                  WallTime at);

}  // namespace refrain::providers
