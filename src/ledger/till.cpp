#include "ledger/till.hpp"

namespace refrain::ledger {

// Outcomes come first among the figures, so what was counted before one of them is seen with it.
Figures Till::Account::news() noexcept {
    Figures news;
    for (std::size_t i = 0; i < kFigures; ++i) {
        const auto now = counted[i].load(std::memory_order_acquire);
        news.values[i] = now - collected.values[i];
        collected.values[i] = now;
    }
    return news;
}

void Till::enter(const Line& line) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    recent_.add({std::chrono::duration_cast<std::chrono::microseconds>(now).count(),
                 line.cell,
                 line.outcome,
                 line.duration,
                 line.credit != nullptr ? line.credit->cost_pico : 0});
    Account& account = this->account(line.cell);
    if (line.outcome == Outcome::hit) hits_.add(line.duration);
    if (line.outcome == Outcome::miss) misses_.add(line.duration);
    count_worth(account, line);
    // Last: whoever sees the request sees what it was worth.
    account.add(figure_of(line.outcome), 1);
}

void Till::count_worth(Account& account, const Line& line) noexcept {
    if (const Credit* would = line.would_credit) {
        account.add(Figure::would_hits, 1);
        account.add(Figure::would_save, would->cost_pico);
    }
    const Credit* credit = line.credit;
    if (credit == nullptr || line.outcome == Outcome::miss) return;
    if (!credit->is_priced) account.add(Figure::unpriced, 1);
    if (line.outcome == Outcome::coalesced) {
        account.add(Figure::coalesced_saved, credit->cost_pico);
        return;
    }
    account.add(Figure::saved, credit->cost_pico);
    account.add(Figure::input_tokens, credit->input_tokens);
    account.add(Figure::output_tokens, credit->output_tokens);
    account.add(Figure::characters, credit->characters);
    account.add(Figure::audio_ms, credit->audio_ms);
    account.add(Figure::latency_ms, credit->latency_ms);
}

void Till::buy(const Bought& bought) {
    Account& account = this->account(bought.cell);
    upstream_.add(bought.took);
    if (!bought.is_priced) {
        account.add(Figure::unpriced, 1);
        return;
    }
    if (bought.is_estimated) account.add(Figure::estimated, 1);
    account.add(Figure::spent, bought.cost.pico64());
    account.add(Figure::discounted, bought.discount.pico64());
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
