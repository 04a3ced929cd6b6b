#include "net/signal.hpp"

#include <utility>

namespace refrain::net {

Task<void> Signal::wait() {
    auto keep = [this](auto handler) {
        if (std::exchange(notified_, false)) {
            loop_.woken().add(std::move(handler));
        } else {
            waiter_.emplace(std::move(handler));
        }
    };
    return asio::async_initiate<const UseTask, void()>(keep, use_task);
}

void Signal::notify() {
    auto waiter = std::exchange(waiter_, std::nullopt);
    notified_ = !waiter;
    if (waiter) loop_.woken().add(std::move(*waiter));
}

}  // namespace refrain::net
