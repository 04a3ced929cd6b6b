#include "net/signal.hpp"

#include <utility>

namespace refrain::net {

Task<void> Signal::wait() {
    auto keep = [this](auto handler) {
        if (std::exchange(notified_, false)) {
            loop_.woken().add(std::move(handler));
        } else {
            waiter_.emplace(std::move(handler));
            loop_.woken().note(*this);
        }
    };
    return asio::async_initiate<const UseTask, void()>(keep, use_task);
}

void Signal::notify() {
    auto waiter = std::exchange(waiter_, std::nullopt);
    notified_ = !waiter;
    if (!waiter) return;
    unlink();
    loop_.woken().add(std::move(*waiter));
}

// Destroying the waiter destroys the coroutine that waits, and with it, most likely, this signal.
void Signal::abandon() noexcept {
    const auto waiter = std::exchange(waiter_, std::nullopt);
}

}  // namespace refrain::net
