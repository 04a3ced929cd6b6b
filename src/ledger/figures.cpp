#include "ledger/figures.hpp"

#include <algorithm>

namespace refrain::ledger {

void Figures::add(const Figures& other) noexcept {
    for (std::size_t i = 0; i < kFigures; ++i) {
        if (__builtin_add_overflow(values[i], other.values[i], &values[i])) {
            values[i] = other.values[i] < 0 ? INT64_MIN : INT64_MAX;
        }
    }
}

bool Figures::is_zero() const noexcept {
    return std::all_of(values.begin(), values.end(), [](std::int64_t value) { return value == 0; });
}

void Sum::add(const Figures& figures) noexcept {
    for (std::size_t i = 0; i < kFigures; ++i)
        values[i] += figures.values[i];
}

void Sum::add(const Sum& other) noexcept {
    for (std::size_t i = 0; i < kFigures; ++i)
        values[i] += other.values[i];
}

std::int64_t Sum::count(Figure figure) const noexcept {
    return Money::pico(values[static_cast<std::size_t>(figure)]).pico64();
}

std::int64_t Sum::requests() const noexcept {
    std::int64_t sum = 0;
    for (const Outcome outcome : kOutcomes)
        sum += count(figure_of(outcome));
    return sum;
}

double Sum::hit_rate() const noexcept {
    const auto without_call = count(Figure::hit) + count(Figure::coalesced) + count(Figure::stale) +
                              count(Figure::revalidated);
    const auto memoizable = without_call + count(Figure::miss);
    return memoizable == 0 ? 0.0
                           : static_cast<double>(without_call) / static_cast<double>(memoizable);
}

}  // namespace refrain::ledger
