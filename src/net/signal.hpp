// A Signal wakes one coroutine: somebody has news, or somebody left. Notifications do not pile up:
// any number before a wait() make it return at once, once. Belongs to one loop.
#pragma once

#include "net/loop.hpp"

#include <boost/asio/async_result.hpp>

#include <optional>

namespace refrain::net {

class Signal {
  public:
    explicit Signal(Executor executor) : executor_(executor) {}
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    // Until the next notify(). REQUIRES: one waiter at a time, on the loop.
    Task<void> wait();
    // On the loop. The waiter runs from the loop's queue, not inside this call.
    void notify();

  private:
    using Waiter = typename asio::async_result<UseTask, void()>::handler_type;

    Executor executor_;
    bool notified_ = false;
    std::optional<Waiter> waiter_;
};

}  // namespace refrain::net
