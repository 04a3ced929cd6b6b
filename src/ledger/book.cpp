#include "ledger/book.hpp"

#include <numeric>

namespace refrain::ledger {

std::uint64_t Counts::requests() const noexcept {
    return std::accumulate(by_outcome.begin(), by_outcome.end(), std::uint64_t{0});
}

double Counts::hit_rate() const noexcept {
    const auto saved =
        of(Outcome::hit) + of(Outcome::coalesced) + of(Outcome::stale) + of(Outcome::revalidated);
    const auto memoizable = saved + of(Outcome::miss);
    return memoizable == 0 ? 0.0 : static_cast<double>(saved) / static_cast<double>(memoizable);
}

void Book::Row::add(Outcome outcome) noexcept {
    by_outcome[static_cast<std::size_t>(outcome)].fetch_add(1, std::memory_order_relaxed);
}

Counts Book::Row::read() const noexcept {
    Counts counts;
    for (std::size_t i = 0; i < by_outcome.size(); ++i) {
        counts.by_outcome[i] = by_outcome[i].load(std::memory_order_relaxed);
    }
    return counts;
}

Book::Row& Book::Rows::row(std::string_view name) {
    {
        const std::shared_lock lock(mutex_);
        const auto found = rows_.find(name);
        if (found != rows_.end()) return *found->second;
    }
    const std::unique_lock lock(mutex_);
    const std::string_view kept = rows_.size() < kMaxNames ? name : std::string_view("(other)");
    auto& row = rows_[std::string(kept)];
    if (!row) row = std::make_unique<Row>();
    return *row;
}

std::vector<NamedCounts> Book::Rows::read() const {
    const std::shared_lock lock(mutex_);
    std::vector<NamedCounts> all;
    all.reserve(rows_.size());
    for (const auto& [name, row] : rows_) {
        const Counts counts = row->read();
        if (counts.requests() > 0) all.push_back({name, counts});
    }
    return all;
}

void Book::Rows::clear() {
    // Rows stay, for others may hold one; only their counts go.
    const std::unique_lock lock(mutex_);
    for (auto& [name, row] : rows_) {
        for (auto& count : row->by_outcome)
            count.store(0, std::memory_order_relaxed);
    }
}

Book::Book() : since_ms_(wall_now().ms) {}

void Book::enter(const Line& line) {
    totals_.add(line.outcome);
    if (!line.operation.empty()) operations_.row(line.operation).add(line.outcome);
    if (!line.model.empty()) models_.row(line.model).add(line.outcome);
    if (!line.provider.empty()) providers_.row(line.provider).add(line.outcome);
    if (line.outcome == Outcome::hit) hits_.add(line.duration);
    if (line.outcome == Outcome::miss) misses_.add(line.duration);
}

void Book::reset() {
    since_ms_.store(wall_now().ms, std::memory_order_relaxed);
    for (auto& count : totals_.by_outcome)
        count.store(0, std::memory_order_relaxed);
    operations_.clear();
    models_.clear();
    providers_.clear();
    hits_.clear();
    misses_.clear();
}

Counts Book::totals() const {
    return totals_.read();
}

std::vector<NamedCounts> Book::by_operation() const {
    return operations_.read();
}

std::vector<NamedCounts> Book::by_model() const {
    return models_.read();
}

std::vector<NamedCounts> Book::by_provider() const {
    return providers_.read();
}

}  // namespace refrain::ledger
