// What was spent and what was saved. Loops count in tills of their own; once a second a thread of
// the ledger adds up what came, by hour and cell, and stores it. Reports are never behind: they
// collect first. Thread-safe.
#pragma once

#include "base/error.hpp"
#include "cache/tier.hpp"
#include "ledger/cells.hpp"
#include "ledger/histogram.hpp"
#include "ledger/names.hpp"
#include "ledger/query.hpp"
#include "ledger/store.hpp"
#include "ledger/till.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace refrain::ledger {

struct LedgerOptions {
    std::string directory;  // "" keeps it in memory only
    std::string archive;    // where reset() puts what was; "" nowhere
    std::chrono::milliseconds flush_every{1'000};
    cache::WallClock clock = wall_now;
};

class Ledger {
  public:
    explicit Ledger(LedgerOptions options);
    // Stores what came until now.
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    // What is wrong with the store, "" if nothing: the ledger works in memory then.
    std::string trouble() const;

    // ---- the request path
    Till& open_till();  // for one loop, for as long as the ledger
    Names& names() noexcept { return names_; }
    // An upstream could not be asked or answered with an error.
    void upstream_failed(std::string_view provider, std::string_view reason);

    // ---- reports
    Report report(const Filter& filter);
    // From `from` until now, in steps of whole hours.
    std::vector<Point> series(const Filter& filter, std::chrono::hours step);
    std::vector<RequestCount> requests();
    // The last requests after that id, at most `limit`, the newest last.
    std::vector<RecentLine> recent(std::int64_t after, std::size_t limit) const;
    std::map<std::pair<std::string, std::string>, std::uint64_t> upstream_failures() const;
    Histogram::Counts hits() const;
    Histogram::Counts misses() const;
    Histogram::Counts upstream() const;

    // Stores what came until now. False: it is still to be stored.
    bool flush();
    // Everything begins again from zero; what was goes to a file in the archive, whose path is
    // returned ("" without an archive). On an Error nothing has changed but that the store may have
    // been opened again.
    Result<std::string> reset();

  private:
    void open_store();
    void collect();             // REQUIRES: mutex_ held, here and below
    CellId coarser(CellId id);  // where there are too many
    bool store();
    std::vector<Row> rows_of(const std::vector<Cells::Place>& places, bool with_figures) const;
    void run();

    LedgerOptions options_;
    Names names_;

    mutable std::mutex mutex_;
    std::deque<Till> tills_;
    Cells cells_;
    WallTime since_;
    std::unique_ptr<Store> store_;  // null while there is none
    bool loaded_ = false;           // what was stored is in cells_
    std::string trouble_;

    mutable std::mutex failures_mutex_;
    std::map<std::pair<std::string, std::string>, std::uint64_t> failures_;

    std::mutex stop_mutex_;
    std::condition_variable stop_signal_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace refrain::ledger
