#include "providers/rate_card.hpp"

#include <cctype>

namespace refrain::providers {

namespace {

struct Factor {
    std::int64_t numerator = 1;
    std::int64_t denominator = 1;
};

Factor ratio(const std::optional<Money>& part, const std::optional<Money>& whole) {
    if (!part || !whole || whole->is_zero()) return {};
    return {part->pico64(), whole->pico64()};
}

// The normal rates of that day.
Rates rates_at(const PriceEntry& entry, WallTime at) {
    Rates rates = entry.rates;
    for (const PriceChange& change : entry.changes) {
        if (at < change.from) break;
        for (std::size_t i = 0; i < kUnits; ++i) {
            const auto unit = static_cast<Unit>(i);
            if (change.rates[unit]) rates[unit] = change.rates[unit];
        }
    }
    return rates;
}

// A special rate was written down beside the entry's first rates: it moves with them.
Money moved(Money special, Unit unit, const PriceEntry& entry, const Rates& now) {
    const Factor factor = ratio(now[unit], entry.rates[unit]);
    return special.scaled(factor.numerator, factor.denominator);
}

}  // namespace

std::string tier_of(std::string_view service_tier) {
    std::string tier;
    for (const char c : service_tier)
        tier.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    if (tier == "default" || tier == "standard" || tier == "auto" || tier == "scale" ||
        tier == "service_tier_unspecified" || tier == "unspecified") {
        return "";
    }
    return tier == "fast" ? "priority" : tier;
}

std::optional<RateCard> rate_card(const Prices& prices,
                                  const PriceEntry& entry,
                                  std::string_view tier,
                                  bool is_long,
                                  WallTime at) {
    RateCard card;
    const Rates now = rates_at(entry, at);
    const Rates* own = nullptr;
    Factor usual;
    if (!tier.empty()) {
        const auto found = entry.tiers.find(tier);
        if (found != entry.tiers.end()) {
            own = &found->second;
            usual = ratio((*own)[Unit::input], entry.rates[Unit::input]);
        } else {
            const auto factor = prices.tier_factor(tier);
            if (!factor) return std::nullopt;
            usual = ratio(factor, Money::parse("1"));
            card.estimated = true;
        }
    }
    for (std::size_t i = 0; i < kUnits; ++i) {
        const auto unit = static_cast<Unit>(i);
        auto rate = now[unit];
        if (is_long && entry.long_rates[unit]) {
            rate = moved(*entry.long_rates[unit], unit, entry, now);
        }
        if (own != nullptr && (*own)[unit] && !(is_long && entry.long_rates[unit])) {
            rate = moved(*(*own)[unit], unit, entry, now);
        } else if (rate) {
            rate = rate->scaled(usual.numerator, usual.denominator);
        }
        card.rates[unit] = rate;
    }
    return card;
}

}  // namespace refrain::providers
