// How long things took, in steps of at most 6 %: counts only, no samples. One thread adds, any
// thread reads, without a lock.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace refrain::ledger {

class Histogram {
  public:
    // 16 steps for each power of two, up to 2^32 us.
    static constexpr std::size_t kSteps = 16;
    static constexpr std::size_t kBuckets = 33 * kSteps;

    // The sum of any number of histograms.
    class Counts {
      public:
        void add(const Histogram& histogram) noexcept;
        // In milliseconds: the duration that this part (0 to 1) of all stayed within; 0 if there
        // are none.
        double quantile_ms(double part) const noexcept;
        std::uint64_t count() const noexcept;
        // How many took no longer, to the precision of a step.
        std::uint64_t within(std::chrono::microseconds limit) const noexcept;
        double seconds() const noexcept { return static_cast<double>(sum_us_) / 1e6; }

      private:
        std::array<std::uint64_t, kBuckets> counts_{};
        std::uint64_t sum_us_ = 0;
    };

    void add(std::chrono::microseconds duration) noexcept;
    // REQUIRES: nobody adds meanwhile, or a few may be lost.
    void clear() noexcept;

  private:
    std::array<std::atomic<std::uint64_t>, kBuckets> counts_{};
    std::atomic<std::uint64_t> sum_us_{0};
};

}  // namespace refrain::ledger
