// A Signal wakes one coroutine: somebody has news, or somebody left. Notifications do not pile up:
// any number before a wait() make it return at once, once; a wait may return once more than there
// was news. Belongs to one loop.
#pragma once

#include "net/loop.hpp"

#include <optional>

namespace refrain::net {

class Signal final : private Woken::Sleeper {
  public:
    explicit Signal(Loop& loop) : loop_(loop) {}
    ~Signal() = default;
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    // Until the next notify(). REQUIRES: one waiter at a time, on the loop.
    Task<void> wait();
    // On the loop. The waiter runs after whoever calls this (woken.hpp), not inside the call.
    void notify();

  private:
    void abandon() noexcept override;

    Loop& loop_;
    bool notified_ = false;
    std::optional<Waiter> waiter_;
};

}  // namespace refrain::net
