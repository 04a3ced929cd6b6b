#include "ledger/histogram.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

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

void raise(std::atomic<std::uint64_t>& counter, std::uint64_t amount) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

}  // namespace

void Histogram::add(std::chrono::microseconds duration) noexcept {
    const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration.count()));
    raise(counts_[std::min(bucket_of(us), kBuckets - 1)], 1);
    raise(sum_us_, us);
}

void Histogram::clear() noexcept {
    for (auto& count : counts_)
        count.store(0, std::memory_order_relaxed);
    sum_us_.store(0, std::memory_order_relaxed);
}

void Histogram::Counts::add(const Histogram& histogram) noexcept {
    for (std::size_t i = 0; i < kBuckets; ++i)
        counts_[i] += histogram.counts_[i].load(std::memory_order_relaxed);
    sum_us_ += histogram.sum_us_.load(std::memory_order_relaxed);
}

double Histogram::Counts::quantile_ms(double part) const noexcept {
    const double wanted = part * static_cast<double>(count());
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
        seen += counts_[i];
        if (static_cast<double>(seen) >= wanted && seen > 0) return middle_of(i) / 1000.0;
    }
    return 0;
}

std::uint64_t Histogram::Counts::count() const noexcept {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

std::uint64_t Histogram::Counts::within(std::chrono::microseconds limit) const noexcept {
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
        if (middle_of(i) <= static_cast<double>(limit.count())) seen += counts_[i];
    }
    return seen;
}

}  // namespace refrain::ledger
