#include "cache/write_queue.hpp"

#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>

using namespace refrain;
using namespace refrain::cache;

namespace {

constexpr std::size_t kAmple = 1 << 20;

}  // namespace

TEST_CASE("A job queued between a wait that ended and the stop is still done", "[cache][queue]") {
    WriteQueue queue(kAmple);
    // The writer waited in vain and is about to ask whether that was the end.
    REQUIRE_FALSE(queue.next(SteadyClock::now()));
    REQUIRE(queue.put(sample(1, "late")));
    queue.stop();
    CHECK_FALSE(queue.is_finished());

    const auto job = queue.next(SteadyClock::now());
    REQUIRE(job);
    CHECK(job->key == key_of(1));
    CHECK(queue.is_finished());
    CHECK_FALSE(queue.next(SteadyClock::now()));
}

TEST_CASE("A nudge is not the end", "[cache][queue]") {
    WriteQueue queue(kAmple);
    queue.nudge();
    CHECK_FALSE(queue.next(SteadyClock::now() + std::chrono::hours(1)));
    CHECK_FALSE(queue.is_finished());
    queue.stop();
    CHECK(queue.is_finished());
}
