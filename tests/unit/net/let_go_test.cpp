#include "net/loop.hpp"
#include "net/signal.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <memory>

namespace refrain::net {
namespace {

// Does something when the coroutine that holds it goes.
struct AtEnd {
    std::function<void()> action;
    ~AtEnd() { action(); }
};

void run_shortly(Loop& loop) {
    loop.post([&loop] { loop.post([&loop] { loop.stop(); }); });
    loop.run();
}

TEST_CASE("Loop: one that ended lets go of who waits for a signal", "[net][loop]") {
    const auto witness = std::make_shared<int>(0);
    Loop loop;
    // The coroutine holds the signal that it waits for: nobody else could ever free the two.
    auto waits = [](Loop& on, std::shared_ptr<int> held) -> Task<void> {
        const auto signal = std::make_shared<Signal>(on);
        co_await signal->wait();
        ++*held;
    };
    loop.spawn(waits(loop, witness));
    run_shortly(loop);
    CHECK(witness.use_count() == 2);

    loop.let_go();
    CHECK(witness.use_count() == 1);
    CHECK(*witness == 0);
}

TEST_CASE("Loop: one that let go takes word from the coroutines of another that does",
          "[net][loop]") {
    int told = 0;
    auto first = std::make_unique<Loop>();
    auto second = std::make_unique<Loop>();
    auto sleeps = [](Loop& other, int& count) -> Task<void> {
        const AtEnd tells{[&other, &count] {
            ++count;
            other.post([] { FAIL("a loop that ended runs nothing"); });
        }};
        const std::chrono::milliseconds long_enough(60'000);
        co_await sleep_for(long_enough);
    };
    first->spawn(sleeps(*second, told));
    second->spawn(sleeps(*first, told));
    run_shortly(*first);
    run_shortly(*second);

    first->let_go();
    second->let_go();
    CHECK(told == 2);
    first.reset();
    second.reset();
}

}  // namespace
}  // namespace refrain::net
