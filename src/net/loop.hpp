// An event loop: one io_context, one thread, and what lives on it. A connection lives and dies on
// the loop that accepted it, so nothing here needs a lock.
//
// g++ 12 miscompiles some uses of co_await. It stands only as a full statement,
// `co_await f(lvalues);` or `auto x = co_await f(lvalues);`, and x is tested after; no lambdas with
// captures and no braced temporaries inside the awaited call (docs/decisions/0003).
#pragma once

#include "net/deadline.hpp"
#include "net/readiness.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace refrain::net {

namespace asio = boost::asio;

// The concrete executor: type erasure costs a measurable part of a hit.
using Executor = asio::io_context::executor_type;
template <class T>
using Task = asio::awaitable<T, Executor>;
using UseTask = asio::use_awaitable_t<Executor>;
inline constexpr UseTask use_task{};
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

    // Starts a coroutine that nobody waits for. From any thread; it runs on this loop. An exception
    // that escapes it is a bug: it ends the process with a sentence.
    void spawn(Task<void> task);
    // Runs a function on this loop. From any thread.
    void post(std::function<void()> job);

    Executor executor() noexcept { return context_.get_executor(); }
    asio::io_context& context() noexcept { return context_; }
    Deadlines& deadlines() noexcept { return deadlines_; }
    Readiness& readiness() noexcept { return readiness_; }

  private:
    Readiness readiness_;  // outlives the context: coroutines that die with it own members
    asio::io_context context_;
    asio::executor_work_guard<Executor> work_;
    Deadlines deadlines_;
};

// Pauses the calling coroutine on its own loop.
Task<void> sleep_for(std::chrono::milliseconds duration);

}  // namespace refrain::net
