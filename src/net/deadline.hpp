// Deadlines without a timer each: one coarse sweep per loop (every 50 ms) looks at all of them. A
// timer armed for each read would cost 0.9 us a request, and asking the clock at each set() still
// 50 ns. Belongs to one loop; no locks.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
#include <functional>

namespace refrain::net {

class Deadlines;

// Calls `on_expired` once, on the loop, when the time set has passed: never before, and up to 110
// ms after. Time in which the loop did not get to run does not count, for what came in it was not
// read yet. It then is unset; set() arms it again. The callback may destroy the Deadline or others.
class Deadline : public boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    Deadline(Deadlines& sweep, std::function<void()> on_expired);
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    void set(std::chrono::milliseconds from_now) noexcept;
    void clear() noexcept { at_ = std::chrono::steady_clock::time_point::max(); }

  private:
    friend class Deadlines;
    Deadlines& sweep_;
    std::chrono::steady_clock::time_point at_ = std::chrono::steady_clock::time_point::max();
    std::function<void()> on_expired_;
};

class Deadlines {
  public:
    explicit Deadlines(boost::asio::io_context& context);

    // Starts the sweep; it does not keep the loop alive by itself.
    void start();
    void stop();
    // The time of the last sweep: good to 50 ms, and free.
    std::chrono::steady_clock::time_point now() const noexcept { return now_; }

  private:
    friend class Deadline;
    using Members = boost::intrusive::list<Deadline, boost::intrusive::constant_time_size<false>>;
    void arm();
    void sweep();
    void forgive(std::chrono::steady_clock::duration stall) noexcept;

    boost::asio::steady_timer timer_;
    Members members_;
    std::chrono::steady_clock::time_point now_ = std::chrono::steady_clock::now();
};

}  // namespace refrain::net
