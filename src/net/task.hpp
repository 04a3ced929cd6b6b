// The coroutines of a loop.
//
// g++ 12 miscompiles some uses of co_await. It stands only as a full statement,
// `co_await f(lvalues);` or `auto x = co_await f(lvalues);`, and x is tested after; no lambdas with
// captures and no braced temporaries inside the awaited call (docs/decisions/0003).
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refrain::net {

namespace asio = boost::asio;

// The concrete executor: type erasure costs a measurable part of a hit.
using Executor = asio::io_context::executor_type;
template <class T>
using Task = asio::awaitable<T, Executor>;
using UseTask = asio::use_awaitable_t<Executor>;
inline constexpr UseTask use_task{};
// A coroutine that waits, to be resumed by a call. Destroying it destroys the coroutine.
using Waiter = typename asio::async_result<UseTask, void()>::handler_type;

}  // namespace refrain::net
