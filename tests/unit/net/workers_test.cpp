#include "net/workers.hpp"

#include "unit/net/run_task.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

namespace refrain::net {
namespace {

TEST_CASE("Workers: what a job throws is thrown to its caller, on the caller's loop",
          "[net][workers]") {
    Workers workers(1);
    std::string told;
    bool back_home = false;
    int after = 0;
    run_task([&](Loop&) -> Task<void> {
        const auto home = std::this_thread::get_id();
        auto fails = []() -> int { throw std::runtime_error("no memory to be had"); };
        try {
            const int never = co_await workers.run(fails);
            after = never;
        } catch (const std::runtime_error& error) {
            told = error.what();
            back_home = std::this_thread::get_id() == home;
        }
        auto works = [] { return 7; };
        after = co_await workers.run(works);
    });
    CHECK(told == "no memory to be had");
    CHECK(back_home);
    CHECK(after == 7);
}

TEST_CASE("Workers: joined, they have finished what was queued, though its loop ended before",
          "[net][workers]") {
    std::atomic<int> finished{0};
    const auto witness = std::make_shared<int>(0);
    Loop loop;
    Workers workers(1);
    auto asks = [&](std::shared_ptr<int> held) -> Task<void> {
        auto slow = [&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            return ++finished;
        };
        const int answer = co_await workers.run(slow);
        *held = answer;
    };
    loop.spawn(asks(witness));
    loop.spawn(asks(witness));
    loop.post([&] { loop.stop(); });
    loop.run();

    workers.join();
    CHECK(finished == 2);
    CHECK(witness.use_count() == 3);
    loop.let_go();
    CHECK(witness.use_count() == 1);
    CHECK(*witness == 0);
}

}  // namespace
}  // namespace refrain::net
