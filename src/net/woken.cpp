#include "net/woken.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace refrain::net {

void Woken::stop() noexcept {
    context_ = nullptr;
    // Letting one go may destroy what others belong to, but never add: context_ is null.
    added_.clear();
    while (!asleep_.empty()) {
        Sleeper& sleeper = asleep_.front();
        asleep_.pop_front();
        sleeper.abandon();
    }
}

void Woken::add(Waiter waiter) {
    if (context_ == nullptr) return;
    added_.push_back(std::move(waiter));
    if (!in_turn_) run_later();
}

Woken::Turn::~Turn() {
    woken_.in_turn_ = false;
    if (!woken_.added_.empty()) woken_.run_later();
}

void Woken::run_later() {
    if (std::exchange(posted_, true)) return;
    asio::post(*context_, [this] {
        posted_ = false;
        const Turn turn(*this);
        run();
    });
}

void Woken::run() {
    if (added_.empty()) return;
    running_.swap(added_);
    for (auto& waiter : running_)
        std::move(waiter)();
    running_.clear();
}

}  // namespace refrain::net
