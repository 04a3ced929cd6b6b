// A few threads for what may block (the disk), so that no loop ever waits for it.
#pragma once

#include "base/background.hpp"
#include "net/loop.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

namespace refrain::net {

class Workers {
  public:
    enum class Urgency {
        usual,
        low,  // what nobody waits for while the loops are busy: see yield_to_loops()
    };
    explicit Workers(std::size_t threads, Urgency urgency = Urgency::usual)
        : urgency_(urgency), pool_(threads) {}
    ~Workers() { join(); }
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // Finishes what is queued; there is no run() after. The loops of the callers, which need not
    // run any more, must be there until it returned.
    void join() { pool_.join(); }

    // Runs `job` on a worker; the caller resumes on its own loop with what the job returned, or
    // threw. What the job refers to must outlive it: the caller's coroutine stays suspended until
    // then, so its own locals are fine.
    template <class Job>
    auto run(Job job) -> Task<decltype(job())> {
        using Answer = decltype(job());
        const auto executor = co_await asio::this_coro::executor;
        std::optional<Answer> answer;
        std::exception_ptr thrown;
        auto perform = [this, &job, &answer, &thrown] {
            if (urgency_ == Urgency::low) yield_once();
            try {
                answer.emplace(job());
            } catch (...) {
                thrown = std::current_exception();
            }
        };
        auto start = [this, &perform, &executor](auto handler) {
            asio::post(pool_, [&perform, &executor, handler = std::move(handler)]() mutable {
                perform();
                asio::post(executor, std::move(handler));
            });
        };
        co_await asio::async_initiate<const UseTask, void()>(start, use_task);
        if (thrown) std::rethrow_exception(thrown);
        co_return std::move(*answer);
    }

  private:
    static void yield_once() noexcept {
        thread_local bool yielded = false;
        if (!std::exchange(yielded, true)) yield_to_loops();
    }

    const Urgency urgency_;
    asio::thread_pool pool_;
};

}  // namespace refrain::net
