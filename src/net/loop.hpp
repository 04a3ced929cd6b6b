// An event loop: one io_context, one thread, and what lives on it. A connection lives and dies on
// the loop that accepted it, so nothing here needs a lock.
#pragma once

#include "net/deadline.hpp"
#include "net/outbox.hpp"
#include "net/readiness.hpp"
#include "net/task.hpp"
#include "net/woken.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace refrain::net {

using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>,
                                         Executor>;
using Resolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;

class Loop {
  public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // Runs until stop(). Blocks its caller: give it a thread.
    void run();
    // From any thread.
    void stop();
    // Frees the coroutines that are left, and what they own, once no thread runs this any more. A
    // loop that let go still takes what is posted, and drops it: the coroutines of one loop may
    // pass the word to another as they go, so all let go before the first is destroyed.
    void let_go() noexcept;

    // Starts a coroutine that nobody waits for. From any thread; it runs on this loop. An exception
    // that escapes it is a bug: it ends the process with a sentence.
    void spawn(Task<void> task);
    // Runs a function on this loop. From any thread.
    void post(std::function<void()> job);

    Executor executor() noexcept { return context_.get_executor(); }
    asio::io_context& context() noexcept { return context_; }
    Deadlines& deadlines() noexcept { return deadlines_; }
    Readiness& readiness() noexcept { return readiness_; }
    Woken& woken() noexcept { return woken_; }
    Outbox& outbox() noexcept { return outbox_; }

  private:
    // One that can let go of what waits in it, and still be posted to.
    struct Context : asio::io_context {
        Context() : asio::io_context(1) {}
        void let_go() { shutdown(); }
    };

    Outbox outbox_;  // outlives the context, like the next two
    Woken woken_;
    Readiness readiness_;  // outlives the context: coroutines that die with it own members
    Context context_;
    asio::executor_work_guard<Executor> work_;
    Deadlines deadlines_;
};

// Lets the loop do what else there is to do, then goes on.
Task<void> yield();
// Pauses the calling coroutine on its own loop.
Task<void> sleep_for(std::chrono::milliseconds duration);

}  // namespace refrain::net
