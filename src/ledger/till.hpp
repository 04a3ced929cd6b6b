// Where one loop counts: only it writes, so counting takes no lock and no locked instruction; the
// ledger reads along from its own thread and works out what came since.
#pragma once

#include "base/outcome.hpp"
#include "ledger/credit.hpp"
#include "ledger/figures.hpp"
#include "ledger/histogram.hpp"
#include "ledger/names.hpp"
#include "ledger/recent.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace refrain::ledger {

// One answered request.
struct Line {
    CellId cell;
    Outcome outcome = Outcome::miss;
    std::chrono::microseconds duration{0};
    const Credit* credit = nullptr;        // of the entry that answered, null for none
    const Credit* would_credit = nullptr;  // of an entry that could have, in observe mode
};

// One answer that an upstream was paid for.
struct Bought {
    CellId cell;
    bool is_priced = false;
    bool is_estimated = false;
    Money cost;
    Money discount;
    std::chrono::microseconds took{0};
};

class Till {
  public:
    Till() = default;
    Till(const Till&) = delete;
    Till& operator=(const Till&) = delete;

    // ---- its own loop
    void enter(const Line& line);
    void buy(const Bought& bought);

    // ---- any thread
    // What came since the last call, by cell. Calls are one at a time: the ledger locks.
    using Change = std::pair<CellId, Figures>;
    void collect(std::vector<Change>& changes);
    const Histogram& hits() const noexcept { return hits_; }
    const Histogram& misses() const noexcept { return misses_; }
    const Histogram& upstream() const noexcept { return upstream_; }
    const Recent& recent() const noexcept { return recent_; }
    void clear_durations() noexcept;

  private:
    // What was counted for a cell. A reader sees an entry whole or not at all: the turn is odd
    // while one is made, and another afterwards.
    class Account {
      public:
        explicit Account(CellId its_cell) : cell(its_cell) {}

        // While one lives, an entry is made.
        class Entry {
          public:
            explicit Entry(Account& account) noexcept : account_(account) { account_.turn(); }
            ~Entry() { account_.turn(); }
            Entry(const Entry&) = delete;
            Entry& operator=(const Entry&) = delete;

            void add(Figure figure, std::int64_t amount) noexcept {
                auto& counter = account_.counted_[static_cast<std::size_t>(figure)];
                counter.store(counter.load(std::memory_order_relaxed) + amount,
                              std::memory_order_release);
            }

          private:
            Account& account_;
        };

        // Since the last call. Waits for the end of an entry that is just being made.
        Figures news() noexcept;

        const CellId cell;

      private:
        void turn() noexcept {
            turn_.store(turn_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
        }
        bool read(Figures& figures) const noexcept;

        std::atomic<std::uint32_t> turn_{0};
        std::array<std::atomic<std::int64_t>, kFigures> counted_{};
        Figures collected_;  // by news() alone
    };

    static constexpr std::size_t kMaxAccounts = 4'096;

    static void count_worth(Account::Entry& entry, const Line& line) noexcept;
    Account& account(CellId cell);
    void start_over();

    std::unordered_map<std::uint64_t, Account*> by_cell_;  // of its own loop
    Account* last_ = nullptr;                              // likewise: most requests are alike
    std::mutex mutex_;  // for the list itself, not for what is counted
    std::deque<Account> accounts_;
    std::vector<Change> leftovers_;
    Histogram hits_;
    Histogram misses_;
    Histogram upstream_;
    Recent recent_;
};

}  // namespace refrain::ledger
