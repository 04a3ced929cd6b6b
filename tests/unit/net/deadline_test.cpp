#include "net/deadline.hpp"

#include "net/signal.hpp"
#include "unit/net/run_task.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <optional>
#include <thread>

namespace refrain::net {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

TEST_CASE("Deadline: it never fires before its time, wherever between two sweeps it is set",
          "[net][deadline]") {
    constexpr milliseconds kTime(30);
    auto earliest = milliseconds::max();
    run_task([&](Loop& loop) -> Task<void> {
        Signal fired(loop);
        Deadline deadline(loop.deadlines(), [&] { fired.notify(); });
        for (int offset = 0; offset < 50; offset += 7) {
            const milliseconds pause(offset);
            co_await sleep_for(pause);
            const auto set = Clock::now();
            deadline.set(kTime);
            co_await fired.wait();
            const auto after = std::chrono::duration_cast<milliseconds>(Clock::now() - set);
            earliest = std::min(earliest, after);
        }
    });
    CHECK(earliest >= kTime);
}

TEST_CASE("Deadline: the time in which the loop did not run does not count", "[net][deadline]") {
    constexpr milliseconds kTime(100);
    constexpr milliseconds kStall(400);
    std::optional<Clock::time_point> before;
    std::optional<Clock::time_point> within;
    Clock::time_point stall_ended;
    run_task([&](Loop& loop) -> Task<void> {
        Signal fired(loop);
        Deadline first(loop.deadlines(), [&] {
            before = Clock::now();
            fired.notify();
        });
        Deadline second(loop.deadlines(), [&] {
            within = Clock::now();
            fired.notify();
        });
        first.set(kTime);
        std::this_thread::sleep_for(kStall);
        second.set(kTime);
        stall_ended = Clock::now();
        while (!before || !within)
            co_await fired.wait();
    });
    REQUIRE((before && within));
    CHECK(*within - stall_ended >= kTime);
    // Most of its time: what it had been waiting for before the stall is its own.
    CHECK(*before - stall_ended >= kTime / 2);
}

}  // namespace
}  // namespace refrain::net
