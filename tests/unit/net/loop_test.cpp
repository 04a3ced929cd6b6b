#include "net/loop.hpp"

#include "net/signal.hpp"
#include "net/workers.hpp"
#include "unit/net/run_task.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace refrain::net {
namespace {

TEST_CASE("Signal: a notification before the wait is not lost", "[net][signal]") {
    int woken = 0;
    run_task([&](Loop& loop) -> Task<void> {
        Signal signal(loop);
        signal.notify();
        signal.notify();
        co_await signal.wait();
        ++woken;
    });
    CHECK(woken == 1);
}

TEST_CASE("Signal: a waiter wakes when another thread posts the word", "[net][signal]") {
    int rounds = 0;
    run_task([&](Loop& loop) -> Task<void> {
        const auto signal = std::make_shared<Signal>(loop);  // outlives what was posted
        std::thread caller([&loop, signal] {
            for (int i = 0; i < 100; ++i)
                loop.post([signal] { signal->notify(); });
        });
        co_await signal->wait();
        ++rounds;
        caller.join();
    });
    CHECK(rounds == 1);
}

TEST_CASE("Signal: who is woken runs after who woke it, not inside", "[net][signal]") {
    std::string order;
    run_task([&](Loop& loop) -> Task<void> {
        Signal one(loop);
        Signal two(loop);
        auto waits = [&order](Signal& for_it, Signal& then, char name) -> Task<void> {
            co_await for_it.wait();
            order += name;
            then.notify();
        };
        loop.spawn(waits(one, two, 'a'));
        co_await yield();
        loop.post([&] {
            one.notify();
            order += '.';
        });
        co_await two.wait();
        order += 'b';
    });
    CHECK(order == ".ab");
}

TEST_CASE("Signal: a loop that ends lets go of who was woken but did not run", "[net][signal]") {
    const auto witness = std::make_shared<int>(0);
    {
        Loop loop;
        const auto signal = std::make_shared<Signal>(loop);
        auto waits = [](std::shared_ptr<Signal> for_it, std::shared_ptr<int> held) -> Task<void> {
            co_await for_it->wait();
            ++*held;
        };
        loop.spawn(waits(signal, witness));
        loop.post([&loop, signal] {
            loop.stop();
            signal->notify();
        });
        loop.run();
    }
    CHECK(witness.use_count() == 1);
    CHECK(*witness == 0);
}

TEST_CASE("Deadline: it fires once, after its time, and can be armed again", "[net][deadline]") {
    std::vector<std::string> order;
    run_task([&](Loop& loop) -> Task<void> {
        Signal done(loop);
        Deadline never(loop.deadlines(), [&] { order.emplace_back("never"); });
        never.set(std::chrono::milliseconds(60));
        never.clear();
        Deadline second(loop.deadlines(), [&] {
            order.emplace_back("second");
            done.notify();
        });
        Deadline first(loop.deadlines(), [&] {
            order.emplace_back("first");
            second.set(std::chrono::milliseconds(10));
        });
        first.set(std::chrono::milliseconds(10));
        co_await done.wait();
    });
    CHECK(order == std::vector<std::string>{"first", "second"});
}

TEST_CASE("Deadline: a callback may destroy other deadlines that expired too", "[net][deadline]") {
    int fired = 0;
    run_task([&](Loop& loop) -> Task<void> {
        Signal done(loop);
        std::vector<std::unique_ptr<Deadline>> all;
        for (int i = 0; i < 3; ++i) {
            all.push_back(std::make_unique<Deadline>(loop.deadlines(), [&] {
                ++fired;
                all.clear();
                done.notify();
            }));
            all.back()->set(std::chrono::milliseconds(0));
        }
        co_await done.wait();
    });
    CHECK(fired == 1);
}

TEST_CASE("Workers: a job runs elsewhere and its caller resumes on its loop", "[net][workers]") {
    Workers workers(2);
    std::thread::id job_thread;
    bool back_home = false;
    run_task([&](Loop&) -> Task<void> {
        const auto home = std::this_thread::get_id();
        auto job = [&] {
            job_thread = std::this_thread::get_id();
            return 42;
        };
        const int answer = co_await workers.run(job);
        back_home = std::this_thread::get_id() == home && answer == 42 && job_thread != home;
    });
    CHECK(back_home);
}

}  // namespace
}  // namespace refrain::net
