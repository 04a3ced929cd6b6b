#include "ledger/ledger.hpp"

#include "ledger/archive.hpp"

#include <algorithm>

namespace refrain::ledger {

namespace {

constexpr std::size_t kMaxFailureRows = 1'000;

}  // namespace

Ledger::Ledger(LedgerOptions options) : options_(std::move(options)), since_(options_.clock()) {
    {
        const std::lock_guard lock(mutex_);
        if (!options_.directory.empty()) open_store();
    }
    thread_ = std::thread([this] { run(); });
}

Ledger::~Ledger() {
    {
        const std::lock_guard lock(stop_mutex_);
        stopping_ = true;
    }
    stop_signal_.notify_one();
    thread_.join();
    flush();
}

void Ledger::run() {
    std::unique_lock lock(stop_mutex_);
    while (!stop_signal_.wait_for(lock, options_.flush_every, [this] { return stopping_; })) {
        lock.unlock();
        flush();
        lock.lock();
    }
}

std::string Ledger::trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
}

std::vector<RecentLine> Ledger::recent(std::int64_t after, std::size_t limit) const {
    std::vector<RecentLine> lines;
    {
        const std::lock_guard lock(mutex_);
        for (const Till& till : tills_)
            till.recent().collect(after, lines);
    }
    std::sort(lines.begin(), lines.end(), [](const RecentLine& a, const RecentLine& b) {
        return a.id < b.id;
    });
    if (lines.size() > limit) {
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(limit));
    }
    return lines;
}

Till& Ledger::open_till() {
    const std::lock_guard lock(mutex_);
    return tills_.emplace_back();
}

void Ledger::upstream_failed(std::string_view provider, std::string_view reason) {
    const std::lock_guard lock(failures_mutex_);
    auto place = std::pair(std::string(provider), std::string(reason));
    if (failures_.size() >= kMaxFailureRows && failures_.count(place) == 0) {
        place.second = kOther;
    }
    ++failures_[std::move(place)];
}

std::map<std::pair<std::string, std::string>, std::uint64_t> Ledger::upstream_failures() const {
    const std::lock_guard lock(failures_mutex_);
    return failures_;
}

// Opens the store, now or again. What it held is taken in once, and adds to what was counted since.
void Ledger::open_store() {
    store_.reset();
    auto opened = Store::open(options_.directory);
    if (!opened) {
        trouble_ = opened.error().message;
        return;
    }
    if (!loaded_) {
        const auto since = (*opened)->since();
        std::vector<Row> rows;
        const auto read = (*opened)->read([&](const Row& row) { rows.push_back(row); });
        if (!since || !read) {
            trouble_ = since ? read.error().message : since.error().message;
            return;
        }
        if (since->ms == 0) {
            const auto begun = (*opened)->clear(since_);
            if (!begun) {
                trouble_ = begun.error().message;
                return;
            }
        } else {
            since_ = *since;
        }
        for (const Row& row : rows) {
            const CellId id{names_.subject(row.subject), names_.party(row.party)};
            cells_.restore(row.period, id, row.figures);
        }
        loaded_ = true;
    }
    store_ = std::move(*opened);
    trouble_.clear();
}

void Ledger::collect() {
    std::vector<Till::Change> changes;
    for (Till& till : tills_)
        till.collect(changes);
    const Period hour = Period::hour_of(options_.clock());
    for (const auto& [id, figures] : changes) {
        if (cells_.add(hour, id, figures)) continue;
        cells_.add_anyway(hour, coarser(id), figures);
    }
}

CellId Ledger::coarser(CellId id) {
    return {names_.coarser(id.subject), 0};
}

bool Ledger::flush() {
    const std::lock_guard lock(mutex_);
    collect();
    cells_.fold(options_.clock(), [this](CellId id) { return coarser(id); });
    return store();
}

bool Ledger::store() {
    if (options_.directory.empty()) {
        cells_.mark_stored();
        return true;
    }
    if (!store_) open_store();
    if (!store_) return false;
    if (cells_.changed().empty() && cells_.removed().empty()) return true;
    const auto written =
        store_->write(rows_of(cells_.changed(), true), rows_of(cells_.removed(), false));
    if (!written) {
        // After an error RocksDB takes no more: the next flush opens it again.
        trouble_ = written.error().message;
        store_.reset();
        return false;
    }
    cells_.mark_stored();
    return true;
}

std::vector<Row> Ledger::rows_of(const std::vector<Cells::Place>& places, bool with_figures) const {
    std::vector<Row> rows;
    rows.reserve(places.size());
    for (const auto& place : places) {
        const Figures* figures = with_figures ? cells_.find(place) : nullptr;
        if (with_figures && figures == nullptr) continue;
        rows.push_back({place.period,
                        names_.subject_of(place.id.subject),
                        names_.party_of(place.id.party),
                        figures != nullptr ? *figures : Figures{}});
    }
    return rows;
}

Result<std::string> Ledger::reset() {
    const std::lock_guard lock(mutex_);
    // Without the store its rows could not be removed, and would be back with the next start.
    if (!store_ && !options_.directory.empty()) open_store();
    if (!store_ && !options_.directory.empty()) {
        return failure(ErrorCode::unavailable,
                       Origin::gateway,
                       "nothing was reset, for the ledger's store cannot be opened: " + trouble_);
    }
    collect();
    std::string path;
    const WallTime now = options_.clock();
    if (!options_.archive.empty()) {
        std::vector<Row> rows;
        rows.reserve(cells_.size());
        cells_.visit({}, [&](Period period, const Cell& cell) {
            rows.push_back({period,
                            names_.subject_of(cell.id.subject),
                            names_.party_of(cell.id.party),
                            cell.figures});
        });
        auto written = write_archive(options_.archive, since_, now, rows);
        if (!written) return written;
        path = std::move(*written);
    }
    if (store_) {
        const auto cleared = store_->clear(now);
        if (!cleared) return failure(cleared.error());
    }
    cells_.clear();
    since_ = now;
    for (Till& till : tills_)
        till.clear_durations();
    return path;
}

}  // namespace refrain::ledger
