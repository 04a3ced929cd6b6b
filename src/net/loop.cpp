#include "net/loop.hpp"

#include "base/check.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <cstdio>
#include <exception>
#include <utility>

namespace refrain::net {

namespace {

// The end of every detached coroutine.
void on_task_end(const std::exception_ptr& thrown) {
    if (!thrown) return;
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "refrain: an exception escaped a task: %s\n", error.what());
    } catch (...) {
        std::fprintf(stderr, "refrain: something that is no exception escaped a task\n");
    }
    REFRAIN_CHECK(false, "a detached task must not throw");
}

}  // namespace

Loop::Loop() : work_(context_.get_executor()), deadlines_(context_) {
    woken_.start(context_);
    readiness_.start(context_, woken_, outbox_);
}

Loop::~Loop() {
    let_go();
}

void Loop::let_go() noexcept {
    readiness_.stop();
    woken_.stop();
    context_.let_go();
}

void Loop::run() {
    deadlines_.start();
    context_.run();
}

void Loop::stop() {
    asio::post(context_, [this] {
        deadlines_.stop();
        work_.reset();
        context_.stop();
    });
}

void Loop::spawn(Task<void> task) {
    asio::co_spawn(context_.get_executor(), std::move(task), on_task_end);
}

void Loop::post(std::function<void()> job) {
    asio::post(context_, std::move(job));
}

Task<void> yield() {
    return asio::post(use_task);
}

Task<void> sleep_for(std::chrono::milliseconds duration) {
    const auto executor = co_await asio::this_coro::executor;
    Timer timer(executor);
    timer.expires_after(duration);
    co_await timer.async_wait(use_task);
}

}  // namespace refrain::net
