// Coroutines that were woken by what runs on the loop now. They run as soon as it is done, while
// what it wrote for them is still in the processor's caches: the way through the loop's own queue
// costs a good part of what passing on one event of a stream does. Belongs to one loop; no locks.
#pragma once

#include "net/task.hpp"

#include <boost/intrusive/list.hpp>

#include <vector>

namespace refrain::net {

class Woken {
  public:
    Woken() = default;
    Woken(const Woken&) = delete;
    Woken& operator=(const Woken&) = delete;

    // Whoever has a coroutine that sleeps until somebody wakes it. In no queue, it is known here
    // alone.
    class Sleeper : public boost::intrusive::list_base_hook<
                        boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
      public:
        Sleeper() = default;
        Sleeper(const Sleeper&) = delete;
        Sleeper& operator=(const Sleeper&) = delete;

        // The loop will not run again: let go of it.
        virtual void abandon() noexcept = 0;

      protected:
        ~Sleeper() = default;
    };
    // Until it is unlinked.
    void note(Sleeper& sleeper) noexcept { asleep_.push_back(sleeper); }

    void start(asio::io_context& context) noexcept { context_ = &context; }
    // Before the io_context goes; lets go of all, asleep or woken, and of any that are added later.
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
    boost::intrusive::list<Sleeper, boost::intrusive::constant_time_size<false>> asleep_;
    std::vector<Waiter> added_;
    std::vector<Waiter> running_;
    bool in_turn_ = false;
    bool posted_ = false;
};

}  // namespace refrain::net
