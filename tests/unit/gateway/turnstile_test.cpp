#include "gateway/turnstile.hpp"

#include "unit/net/run_task.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

namespace refrain::gateway {
namespace {

using net::Loop;
using net::run_task;
using net::Task;
using std::chrono::milliseconds;

constexpr milliseconds kLong{30'000};
constexpr milliseconds kShort{20};

TEST_CASE("Turnstile: who finds no place in time gets none, and leaves the line",
          "[gateway][turnstile]") {
    Turnstile turnstile;
    run_task([&](Loop& loop) -> Task<void> {
        const auto first = co_await turnstile.enter(loop, 1, kLong);
        const auto second = co_await turnstile.enter(loop, 1, kShort);
        CHECK(static_cast<bool>(first));
        CHECK_FALSE(static_cast<bool>(second));
        CHECK(turnstile.stats().inside == 1);
        CHECK(turnstile.stats().waiting == 0);
    });
    CHECK(turnstile.stats().inside == 0);
}

TEST_CASE("Turnstile: places are handed on in the order of asking", "[gateway][turnstile]") {
    Turnstile turnstile;
    std::vector<int> order;
    run_task([&](Loop& loop) -> Task<void> {
        auto held = co_await turnstile.enter(loop, 1, kLong);
        const auto visit = [&](int name) -> Task<void> {
            const auto place = co_await turnstile.enter(loop, 1, kLong);
            if (place) order.push_back(name);
        };
        for (int name = 0; name < 5; ++name)
            loop.spawn(visit(name));
        while (turnstile.stats().waiting < 5) {
            const milliseconds soon(1);
            co_await net::sleep_for(soon);
        }
        held = {};
        while (order.size() < 5) {
            const milliseconds soon(1);
            co_await net::sleep_for(soon);
        }
    });
    CHECK(order == std::vector{0, 1, 2, 3, 4});
    CHECK(turnstile.stats().inside == 0);
}

TEST_CASE("Turnstile: a higher limit lets those in who wait, a lower one waits for those inside",
          "[gateway][turnstile]") {
    Turnstile turnstile;
    run_task([&](Loop& loop) -> Task<void> {
        auto first = co_await turnstile.enter(loop, 1, kLong);
        bool admitted = false;
        const auto visit = [&]() -> Task<void> {
            const auto place = co_await turnstile.enter(loop, 1, kLong);
            admitted = static_cast<bool>(place);
        };
        loop.spawn(visit());
        while (turnstile.stats().waiting < 1) {
            const milliseconds soon(1);
            co_await net::sleep_for(soon);
        }
        auto third = co_await turnstile.enter(loop, 3, kLong);
        CHECK(static_cast<bool>(third));
        while (!admitted) {
            const milliseconds soon(1);
            co_await net::sleep_for(soon);
        }
        first = {};
        const auto fourth = co_await turnstile.enter(loop, 1, kShort);
        CHECK_FALSE(static_cast<bool>(fourth));
    });
}

TEST_CASE("Turnstile: over many loops there are never more inside than allowed, and all get in",
          "[gateway][turnstile]") {
    constexpr int kLoops = 4;
    constexpr int kVisits = 300;
    constexpr unsigned kLimit = 3;
    Turnstile turnstile;
    std::atomic<unsigned> inside{0};
    std::atomic<unsigned> most{0};
    std::atomic<int> visits{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < kLoops; ++i) {
        threads.emplace_back([&] {
            run_task([&](Loop& loop) -> Task<void> {
                for (int visit = 0; visit < kVisits; ++visit) {
                    const auto place = co_await turnstile.enter(loop, kLimit, kLong);
                    if (!place) continue;
                    const unsigned now = ++inside;
                    unsigned before = most.load();
                    while (before < now && !most.compare_exchange_weak(before, now)) {
                    }
                    const milliseconds moment(visit % 20 == 0 ? 1 : 0);
                    co_await net::sleep_for(moment);
                    --inside;
                    ++visits;
                }
            });
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(visits == kLoops * kVisits);
    CHECK(most <= kLimit);
    CHECK(turnstile.stats().inside == 0);
}

TEST_CASE("Turnstile: a loop that ends takes those along who wait on it", "[gateway][turnstile]") {
    Turnstile turnstile;
    Turnstile::Place held;
    {
        Loop loop;
        const auto hold = [&]() -> Task<void> { held = co_await turnstile.enter(loop, 1, kLong); };
        const auto wait = [&]() -> Task<void> {
            const auto place = co_await turnstile.enter(loop, 1, kLong);
            (void)place;
        };
        const auto stop = [&]() -> Task<void> {
            while (turnstile.stats().waiting < 1) {
                const milliseconds soon(1);
                co_await net::sleep_for(soon);
            }
            loop.stop();
        };
        loop.spawn(hold());
        loop.spawn(wait());
        loop.spawn(stop());
        loop.run();
        CHECK(turnstile.stats().waiting == 1);
    }
    CHECK(turnstile.stats().waiting == 0);
    held = {};
    CHECK(turnstile.stats().inside == 0);
}

}  // namespace
}  // namespace refrain::gateway
