// How long things took, in steps of at most 6 %: counts only, no samples. Thread-safe, lock-free.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace refrain::ledger {

class Histogram {
  public:
    void add(std::chrono::microseconds duration) noexcept;
    // In milliseconds: the duration that this part (0 to 1) of all stayed within; 0 if there are
    // none.
    double quantile_ms(double part) const noexcept;
    void clear() noexcept;

  private:
    // 16 steps for each power of two, up to 2^32 us.
    static constexpr std::size_t kSteps = 16;
    static constexpr std::size_t kBuckets = 33 * kSteps;
    std::array<std::atomic<std::uint64_t>, kBuckets> counts_{};
};

}  // namespace refrain::ledger
