#include "net/signal.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace refrain::net {

Task<void> Signal::wait() {
    if (notified_) {
        notified_ = false;
        co_return;
    }
    auto keep = [this](auto handler) { waiter_.emplace(std::move(handler)); };
    co_await asio::async_initiate<const UseTask, void()>(keep, use_task);
    notified_ = false;
}

void Signal::notify() {
    notified_ = true;
    if (!waiter_) return;
    Waiter waiter = std::move(*waiter_);
    waiter_.reset();
    asio::post(executor_, std::move(waiter));
}

}  // namespace refrain::net
