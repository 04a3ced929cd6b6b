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
    struct Account {
        explicit Account(CellId its_cell) : cell(its_cell) {}
        CellId cell;
        std::array<std::atomic<std::int64_t>, kFigures> counted{};
        Figures collected;  // by collect() alone

        void add(Figure figure, std::int64_t amount) noexcept {
            auto& counter = counted[static_cast<std::size_t>(figure)];
            counter.store(counter.load(std::memory_order_relaxed) + amount,
                          std::memory_order_release);
        }
        Figures news() noexcept;
    };

    static constexpr std::size_t kMaxAccounts = 4'096;

    static void count_worth(Account& account, const Line& line) noexcept;
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
