#include "ledger/till.hpp"

#include <thread>

namespace refrain::ledger {

// False: an entry was made meanwhile. A figure is read with acquire, so whoever sees one of an
// entry sees that entry's turn, too.
bool Till::Account::read(Figures& figures) const noexcept {
    const auto turn = turn_.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < kFigures; ++i)
        figures.values[i] = counted_[i].load(std::memory_order_acquire);
    return turn % 2 == 0 && turn_.load(std::memory_order_relaxed) == turn;
}

Figures Till::Account::news() noexcept {
    Figures now;
    while (!read(now))
        std::this_thread::yield();
    Figures news;
    for (std::size_t i = 0; i < kFigures; ++i)
        news.values[i] = now.values[i] - collected_.values[i];
    collected_ = now;
    return news;
}

void Till::enter(const Line& line) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    recent_.add({std::chrono::duration_cast<std::chrono::microseconds>(now).count(),
                 line.cell,
                 line.outcome,
                 line.duration,
                 line.credit != nullptr ? line.credit->cost_pico : 0});
    if (line.outcome == Outcome::hit) hits_.add(line.duration);
    if (line.outcome == Outcome::miss) misses_.add(line.duration);
    Account::Entry entry(account(line.cell));
    entry.add(figure_of(line.outcome), 1);
    count_worth(entry, line);
}

void Till::count_worth(Account::Entry& entry, const Line& line) noexcept {
    if (const Credit* would = line.would_credit) {
        entry.add(Figure::would_hits, 1);
        entry.add(Figure::would_save, would->cost_pico);
    }
    const Credit* credit = line.credit;
    if (credit == nullptr || line.outcome == Outcome::miss) return;
    if (!credit->is_priced) entry.add(Figure::unpriced, 1);
    if (line.outcome == Outcome::coalesced) {
        entry.add(Figure::coalesced_saved, credit->cost_pico);
        return;
    }
    entry.add(Figure::saved, credit->cost_pico);
    entry.add(Figure::input_tokens, credit->input_tokens);
    entry.add(Figure::output_tokens, credit->output_tokens);
    entry.add(Figure::characters, credit->characters);
    entry.add(Figure::audio_ms, credit->audio_ms);
    entry.add(Figure::latency_ms, credit->latency_ms);
}

void Till::buy(const Bought& bought) {
    upstream_.add(bought.took);
    Account::Entry entry(account(bought.cell));
    if (!bought.is_priced) {
        entry.add(Figure::unpriced, 1);
        return;
    }
    if (bought.is_estimated) entry.add(Figure::estimated, 1);
    entry.add(Figure::spent, bought.cost.pico64());
    entry.add(Figure::discounted, bought.discount.pico64());
}

void Till::clear_durations() noexcept {
    for (auto* durations : {&hits_, &misses_, &upstream_})
        durations->clear();
}

Till::Account& Till::account(CellId cell) {
    if (last_ != nullptr && last_->cell == cell) return *last_;
    const std::uint64_t name = std::uint64_t{cell.subject} << 32 | cell.party;
    const auto found = by_cell_.find(name);
    if (found != by_cell_.end()) return *(last_ = found->second);
    if (by_cell_.size() >= kMaxAccounts) start_over();
    const std::lock_guard lock(mutex_);
    last_ = &accounts_.emplace_back(cell);
    by_cell_.emplace(name, last_);
    return *last_;
}

// Lets go of all accounts, so that those nobody uses any more take no room.
void Till::start_over() {
    const std::lock_guard lock(mutex_);
    for (Account& account : accounts_) {
        const Figures news = account.news();
        if (!news.is_zero()) leftovers_.emplace_back(account.cell, news);
    }
    accounts_.clear();
    by_cell_.clear();
    last_ = nullptr;
}

void Till::collect(std::vector<Change>& changes) {
    const std::lock_guard lock(mutex_);
    for (Account& account : accounts_) {
        const Figures news = account.news();
        if (!news.is_zero()) changes.emplace_back(account.cell, news);
    }
    changes.insert(changes.end(), leftovers_.begin(), leftovers_.end());
    leftovers_.clear();
}

}  // namespace refrain::ledger
