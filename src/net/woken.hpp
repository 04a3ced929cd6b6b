// Coroutines that were woken by what runs on the loop now. They run as soon as it is done, while
// what it wrote for them is still in the processor's caches: the way through the loop's own queue
// costs a good part of what passing on one event of a stream does. Belongs to one loop; no locks.
#pragma once

#include "net/task.hpp"

#include <vector>

namespace refrain::net {

class Woken {
  public:
    Woken() = default;
    Woken(const Woken&) = delete;
    Woken& operator=(const Woken&) = delete;

    void start(asio::io_context& context) noexcept { context_ = &context; }
    // Before the io_context goes; lets go of all, and of any that are added later.
    void stop() noexcept;

    // Not inside this call.
    void add(Waiter waiter);

    // While one lives, run() will be called soon: by whoever made it, from the bottom of the loop.
    class Turn {
      public:
        explicit Turn(Woken& woken) noexcept : woken_(woken) { woken.in_turn_ = true; }
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

      private:
        Woken& woken_;
    };
    // Those added up to now. Whom they wake comes with the next call. REQUIRES: a Turn.
    void run();

  private:
    void run_later();

    asio::io_context* context_ = nullptr;  // null: stopped
    std::vector<Waiter> added_;
    std::vector<Waiter> running_;
    bool in_turn_ = false;
    bool posted_ = false;
};

}  // namespace refrain::net
