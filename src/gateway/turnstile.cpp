#include "gateway/turnstile.hpp"

#include <boost/asio/redirect_error.hpp>

#include <algorithm>

namespace refrain::gateway {

using net::Task;

// Waits on a timer, which the loop owns and ends when it goes itself.
struct Turnstile::Waiter {
    explicit Waiter(net::Loop& on) : loop(on), timer(on.executor()) {}

    net::Loop& loop;
    net::Timer timer;
    bool admitted = false;  // guarded by the turnstile's lock
};

// In the line for as long as this lives. Whoever leaves it takes his place along, or none.
class Turnstile::InLine {
  public:
    InLine(Turnstile& turnstile, std::shared_ptr<Waiter> waiter)
        : turnstile_(turnstile), waiter_(std::move(waiter)) {}
    ~InLine() { (void)step_out(); }
    InLine(const InLine&) = delete;
    InLine& operator=(const InLine&) = delete;

    Place step_out() {
        if (!waiter_) return {};
        const auto waiter = std::move(waiter_);
        const std::lock_guard lock(turnstile_.mutex_);
        if (waiter->admitted) return Place(turnstile_);
        turnstile_.line_.remove(waiter);
        return {};
    }

  private:
    Turnstile& turnstile_;
    std::shared_ptr<Waiter> waiter_;
};

Task<Turnstile::Place> Turnstile::enter(net::Loop& loop,
                                        unsigned limit,
                                        std::chrono::milliseconds patience) {
    std::shared_ptr<Waiter> waiter;
    {
        const std::lock_guard lock(mutex_);
        limit_ = limit;
        admit();
        if (inside_ < limit_) {
            ++inside_;
            co_return Place(*this);
        }
        waiter = std::make_shared<Waiter>(loop);
        line_.push_back(waiter);
    }
    InLine in_line(*this, waiter);
    waiter->timer.expires_after(patience);
    boost::system::error_code woken;
    co_await waiter->timer.async_wait(net::asio::redirect_error(net::use_task, woken));
    co_return in_line.step_out();
}

void Turnstile::leave() {
    const std::lock_guard lock(mutex_);
    --inside_;
    admit();
}

void Turnstile::admit() {
    while (inside_ < limit_ && !line_.empty()) {
        ++inside_;
        line_.front()->admitted = true;
        line_.front()->loop.post([waiter = line_.front()] { waiter->timer.cancel(); });
        line_.pop_front();
    }
}

Turnstile::Stats Turnstile::stats() const {
    const std::lock_guard lock(mutex_);
    return {inside_, line_.size()};
}

Turnstile& Turnstiles::of(std::string_view upstream) {
    const std::lock_guard lock(mutex_);
    const auto found = all_.find(upstream);
    if (found != all_.end()) return found->second;
    return all_.try_emplace(std::string(upstream)).first->second;
}

}  // namespace refrain::gateway
