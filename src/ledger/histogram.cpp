#include "ledger/histogram.hpp"

#include <algorithm>
#include <bit>

namespace refrain::ledger {

namespace {

constexpr unsigned kStepBits = 4;

std::size_t bucket_of(std::uint64_t us) noexcept {
    const auto power = static_cast<unsigned>(std::bit_width(us | 1) - 1);
    if (power <= kStepBits) return static_cast<std::size_t>(us);
    const std::uint64_t step = (us >> (power - kStepBits)) & ((1U << kStepBits) - 1);
    return (static_cast<std::size_t>(power - kStepBits + 1) << kStepBits) +
           static_cast<std::size_t>(step);
}

// The middle of a bucket, in microseconds.
double middle_of(std::size_t bucket) noexcept {
    if (bucket < (2U << kStepBits)) return static_cast<double>(bucket);
    const std::size_t power = (bucket >> kStepBits) - 1;
    const std::size_t step = (bucket & ((1U << kStepBits) - 1)) + (1U << kStepBits);
    return (static_cast<double>(step) + 0.5) * static_cast<double>(std::uint64_t{1} << power);
}

}  // namespace

void Histogram::add(std::chrono::microseconds duration) noexcept {
    const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration.count()));
    const auto bucket = std::min(bucket_of(us), kBuckets - 1);
    counts_[bucket].fetch_add(1, std::memory_order_relaxed);
}

double Histogram::quantile_ms(double part) const noexcept {
    std::uint64_t total = 0;
    for (const auto& count : counts_)
        total += count.load(std::memory_order_relaxed);
    if (total == 0) return 0;
    const double wanted = part * static_cast<double>(total);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
        seen += counts_[i].load(std::memory_order_relaxed);
        if (static_cast<double>(seen) >= wanted && seen > 0) return middle_of(i) / 1000.0;
    }
    return 0;
}

void Histogram::clear() noexcept {
    for (auto& count : counts_)
        count.store(0, std::memory_order_relaxed);
}

}  // namespace refrain::ledger
