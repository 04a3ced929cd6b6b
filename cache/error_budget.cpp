#include "cache/error_budget.hpp"

namespace refrain::cache {

bool ErrorBudget::note(Verb verb, bool ok) {
    auto& errors = errors_[verb == Verb::read ? 0 : 1];
    if (ok) {
        if (errors != 0) errors = 0;
        return false;
    }
    if (++errors < budget_) return false;
    postpone();  // before the others look at retry_at()
    return in_service_.exchange(false);
}

SteadyClock::time_point ErrorBudget::retry_at() const noexcept {
    return SteadyClock::time_point(SteadyClock::duration(retry_at_));
}

void ErrorBudget::probe_succeeded() {
    errors_[0] = 0;
    errors_[1] = 0;
    in_service_ = true;
}

void ErrorBudget::probe_failed() {
    postpone();
}

void ErrorBudget::postpone() {
    retry_at_ = (SteadyClock::now() + retry_after_).time_since_epoch().count();
}

}  // namespace refrain::cache
