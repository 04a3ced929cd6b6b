// The counts behind the savings report: how many requests ended how, in all and by operation,
// model and provider, and how long hits and misses took. Thread-safe; a line costs a few relaxed
// additions.
#pragma once

#include "base/clock.hpp"
#include "base/outcome.hpp"
#include "ledger/histogram.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::ledger {

// One answered request.
struct Line {
    std::string_view operation;  // "" for what is not memoized
    std::string_view provider;
    std::string_view model;  // "" where none is known
    Outcome outcome = Outcome::miss;
    std::chrono::microseconds duration{0};
};

struct Counts {
    std::array<std::uint64_t, kOutcomes.size()> by_outcome{};

    std::uint64_t of(Outcome outcome) const noexcept {
        return by_outcome[static_cast<std::size_t>(outcome)];
    }
    std::uint64_t requests() const noexcept;
    // Answers that cost no upstream call of their own, of all that could be memoized; 0 to 1.
    double hit_rate() const noexcept;
};

struct NamedCounts {
    std::string name;
    Counts counts;
};

class Book {
  public:
    Book();

    void enter(const Line& line);
    // Counts begin again from zero.
    void reset();

    WallTime since() const noexcept { return {since_ms_.load(std::memory_order_relaxed)}; }
    Counts totals() const;
    std::vector<NamedCounts> by_operation() const;
    std::vector<NamedCounts> by_model() const;
    std::vector<NamedCounts> by_provider() const;
    const Histogram& hits() const noexcept { return hits_; }
    const Histogram& misses() const noexcept { return misses_; }

  private:
    struct Row {
        std::array<std::atomic<std::uint64_t>, kOutcomes.size()> by_outcome{};
        void add(Outcome outcome) noexcept;
        Counts read() const noexcept;
    };

    // Rows by name. At most kMaxNames, because callers choose model names; beyond them "(other)".
    class Rows {
      public:
        Row& row(std::string_view name);
        std::vector<NamedCounts> read() const;
        void clear();

      private:
        static constexpr std::size_t kMaxNames = 1000;
        mutable std::shared_mutex mutex_;
        std::map<std::string, std::unique_ptr<Row>, std::less<>> rows_;
    };

    std::atomic<std::int64_t> since_ms_;
    Row totals_;
    Rows operations_;
    Rows models_;
    Rows providers_;
    Histogram hits_;
    Histogram misses_;
};

}  // namespace refrain::ledger
