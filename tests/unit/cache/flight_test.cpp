#include "cache/flight.hpp"

#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>

using namespace refrain;
using namespace refrain::cache;

namespace {

using Phase = Flight::Phase;

FlightHead head() {
    return {200, "text/event-stream", "sse", {{"x", "y"}}};
}

std::string joined(const Flight::Reader::News& news) {
    std::string text;
    for (const auto& part : news.pieces) {
        text += *part;
    }
    return text;
}

// Whether what holds the flight's first bytes is still there. REQUIRES: they were not let go.
std::weak_ptr<const void> holder_of_first_bytes(const std::shared_ptr<Flight>& flight) {
    return Flight::follow(flight, nullptr)->take().pieces.at(0).owner();
}

std::shared_ptr<Flight> streaming() {
    auto flight = std::make_shared<Flight>();
    flight->begin(head());
    return flight;
}

}  // namespace

TEST_CASE("A reader that joins late gets the answer from its first piece", "[cache][flight]") {
    const auto flight = streaming();
    flight->append("a");
    flight->append("b");

    const auto reader = Flight::follow(flight, [] {});
    const auto first = reader->take();
    flight->append("c");
    flight->finish(sample(1));
    const auto second = reader->take();

    CHECK(first.phase == Phase::streaming);
    CHECK(joined(first) == "ab");
    CHECK(second.phase == Phase::done);
    CHECK(joined(second) == "c");
    CHECK(reader->take().pieces.empty());
    CHECK(flight->head().headers == head().headers);
    CHECK(flight->body()->view() == "abc");
    CHECK(flight->body_bytes() == 3);
    CHECK(flight->kept()->key == key_of(1));
}

TEST_CASE("A flight that has ended can still be followed", "[cache][flight]") {
    const auto flight = streaming();
    flight->append("all");
    flight->finish(nullptr);

    const auto news = Flight::follow(flight, [] {})->take();

    CHECK(news.phase == Phase::done);
    CHECK(joined(news) == "all");
    CHECK(flight->kept() == nullptr);
}

TEST_CASE("A reader is woken once until it takes, whatever happens meanwhile", "[cache][flight]") {
    const auto flight = std::make_shared<Flight>();
    int woken = 0;
    const auto reader = Flight::follow(flight, [&] { ++woken; });
    CHECK(woken == 0);

    flight->begin(head());
    flight->append("a");
    flight->append("b");
    CHECK(woken == 1);

    CHECK(joined(reader->take()) == "ab");
    flight->append("c");
    CHECK(woken == 2);
    reader->take();
    flight->finish(nullptr);
    CHECK(woken == 3);
}

TEST_CASE("A reader that left is not woken", "[cache][flight]") {
    const auto flight = std::make_shared<Flight>();
    int woken = 0;
    auto reader = Flight::follow(flight, [&] { ++woken; });
    auto other = Flight::follow(flight, [] {});
    CHECK(flight->readers() == 2);

    reader.reset();
    flight->begin(head());

    CHECK(woken == 0);
    CHECK(flight->readers() == 1);
}

TEST_CASE("A failure reaches every reader with the same error, after what came before",
          "[cache][flight]") {
    const auto flight = streaming();
    flight->append("half");
    const auto one = Flight::follow(flight, [] {});
    const auto two = Flight::follow(flight, [] {});

    flight->fail({ErrorCode::broken, Origin::upstream, "reset", Retry::never});
    flight->fail({ErrorCode::timeout, Origin::gateway, "later", Retry::never});

    for (const auto* reader : {one.get(), two.get()}) {
        const auto news = reader == one.get() ? one->take() : two->take();
        CHECK(news.phase == Phase::failed);
        CHECK(joined(news) == "half");
        CHECK(reader->flight().error().message == "reset");
    }
    CHECK(flight->kept() == nullptr);
}

TEST_CASE("The head of a flight that failed later is still known", "[cache][flight]") {
    auto flight = std::make_shared<Flight>();
    FlightHead head;
    head.status = 207;
    flight->begin(std::move(head));
    flight->fail({ErrorCode::broken, Origin::upstream, "cut"});
    CHECK(flight->head().status == 207);
}

TEST_CASE("A flight can fail before its head", "[cache][flight]") {
    const auto flight = std::make_shared<Flight>();
    const auto reader = Flight::follow(flight, [] {});

    flight->fail({ErrorCode::unreachable, Origin::upstream, "refused", Retry::always});

    CHECK(reader->take().phase == Phase::failed);
    CHECK(flight->phase() == Phase::failed);
}

TEST_CASE("Empty pieces are nothing new", "[cache][flight]") {
    const auto flight = streaming();
    int woken = 0;
    const auto reader = Flight::follow(flight, [&] { ++woken; });

    flight->append("");

    CHECK(woken == 0);
    CHECK(reader->take().pieces.empty());
}

TEST_CASE("The backlog is what the slowest reader has yet to take", "[cache][flight]") {
    const auto flight = streaming();
    CHECK(flight->backlog_bytes() == 0);
    flight->append("1234");
    CHECK(flight->backlog_bytes() == 0);

    const auto slow = Flight::follow(flight, [] {});
    auto fast = Flight::follow(flight, [] {});
    CHECK(flight->backlog_bytes() == 4);
    fast->take();
    flight->append("56");
    CHECK(flight->backlog_bytes() == 6);
    fast->take();
    CHECK(flight->backlog_bytes() == 6);
    slow->take();
    CHECK(flight->backlog_bytes() == 0);
    flight->append("7");
    slow->take();
    CHECK(flight->backlog_bytes() == 1);
    fast.reset();
    CHECK(flight->backlog_bytes() == 0);
}

TEST_CASE("The leader hears when the backlog shrank and when a reader left", "[cache][flight]") {
    const auto flight = streaming();
    int drained = 0;
    flight->on_drained([&] { ++drained; });
    auto slow = Flight::follow(flight, [] {});
    auto fast = Flight::follow(flight, [] {});
    flight->append("1234");

    fast->take();
    CHECK(drained == 0);
    slow->take();
    CHECK(drained == 1);
    slow->take();
    CHECK(drained == 1);
    fast.reset();
    CHECK(drained == 2);
    slow.reset();
    CHECK(drained == 3);
}

TEST_CASE("The leader hears nothing after it took its word back or the flight ended",
          "[cache][flight]") {
    int drained = 0;
    const auto flight = streaming();
    auto reader = Flight::follow(flight, [] {});
    flight->append("x");

    SECTION("taken back") {
        flight->on_drained([&] { ++drained; }), flight->on_drained({});
    }
    SECTION("done") {
        flight->on_drained([&] { ++drained; }), flight->finish(nullptr);
    }
    SECTION("failed") {
        flight->on_drained([&] { ++drained; }), flight->fail({});
    }
    SECTION("registered too late") {
        flight->finish(nullptr), flight->on_drained([&] { ++drained; });
    }
    reader->take();
    reader.reset();

    CHECK(drained == 0);
}

TEST_CASE("After recording stopped, pieces go as soon as every reader has them",
          "[cache][flight]") {
    const auto flight = streaming();
    const auto slow = Flight::follow(flight, [] {});
    const auto fast = Flight::follow(flight, [] {});
    flight->append("first");
    const auto watched = holder_of_first_bytes(flight);

    flight->stop_recording();
    fast->take();
    CHECK_FALSE(watched.expired());
    CHECK(joined(slow->take()) == "first");
    CHECK(watched.expired());
    CHECK(Flight::follow(flight, [] {}) == nullptr);

    flight->append("second");
    CHECK(joined(slow->take()) == "second");
    CHECK(joined(fast->take()) == "second");
    CHECK(flight->body_bytes() == 11);
    CHECK(flight->pace().empty());
}

TEST_CASE("After recording stopped and the last reader left, pieces are only counted",
          "[cache][flight]") {
    const auto flight = streaming();
    auto reader = Flight::follow(flight, [] {});
    flight->append("12345");
    const auto watched = holder_of_first_bytes(flight);
    flight->stop_recording();
    reader.reset();
    CHECK(watched.expired());

    flight->append("678");

    CHECK(flight->body_bytes() == 8);
    CHECK(flight->backlog_bytes() == 0);
    flight->finish(nullptr);
}

TEST_CASE("A slow reader that leaves lets go of what only it had yet to take", "[cache][flight]") {
    const auto flight = streaming();
    auto slow = Flight::follow(flight, [] {});
    const auto fast = Flight::follow(flight, [] {});
    flight->append("first");
    const auto watched = holder_of_first_bytes(flight);
    flight->stop_recording();
    fast->take();
    CHECK(flight->backlog_bytes() == 5);

    slow.reset();

    CHECK(watched.expired());
    CHECK(flight->backlog_bytes() == 0);
}

TEST_CASE("The pace of a flight marks the end of every piece", "[cache][flight]") {
    const auto flight = streaming();
    flight->append("abc");
    flight->append("de");

    const auto pace = flight->pace();

    REQUIRE(pace.size() == 2);
    CHECK(pace[0].end_offset == 3);
    CHECK(pace[1].end_offset == 5);
    CHECK(pace[0].ms <= pace[1].ms);
}

TEST_CASE("The first to ask leads, the others join, and after landing it begins anew",
          "[cache][flight][table]") {
    FlightTable table;

    const auto leader = table.join(key_of(1));
    const auto follower = table.join(key_of(1));
    const auto other = table.join(key_of(2));
    CHECK(leader.leads);
    CHECK_FALSE(follower.leads);
    CHECK(follower.flight == leader.flight);
    CHECK(other.leads);
    CHECK(other.flight != leader.flight);
    CHECK(table.size() == 2);

    table.land(key_of(1), leader.flight);
    const auto next = table.join(key_of(1));
    CHECK(next.leads);
    CHECK(next.flight != leader.flight);
    CHECK(table.size() == 2);
}

TEST_CASE("Landing twice does not take somebody else's flight off the table",
          "[cache][flight][table]") {
    FlightTable table;
    const auto first = table.join(key_of(1));
    table.land(key_of(1), first.flight);
    const auto second = table.join(key_of(1));

    table.land(key_of(1), first.flight);

    CHECK(table.join(key_of(1)).flight == second.flight);
}

TEST_CASE("An uncacheable key makes callers go alone until the mark expires or is cleared",
          "[cache][flight][table]") {
    auto now = SteadyClock::time_point{};
    FlightTable table([&] { return now; });
    const auto leader = table.join(key_of(1));
    table.mark_uncacheable(key_of(1), std::chrono::seconds(10));

    CHECK(table.join(key_of(1)).flight == nullptr);
    CHECK_FALSE(table.join(key_of(1)).leads);
    now += std::chrono::milliseconds(9'999);
    CHECK(table.join(key_of(1)).flight == nullptr);
    now += std::chrono::milliseconds(1);
    CHECK(table.join(key_of(1)).flight == leader.flight);

    table.mark_uncacheable(key_of(1), std::chrono::seconds(10));
    table.clear_mark(key_of(1));
    CHECK(table.join(key_of(1)).flight == leader.flight);
    table.clear_mark(key_of(3));
}

TEST_CASE("The number of marks is bounded, the oldest is forgotten first",
          "[cache][flight][table]") {
    FlightTable table;
    constexpr int kMany = 40'000;
    for (int i = 0; i < kMany; ++i) {
        table.mark_uncacheable(key_of(i), std::chrono::hours(1));
    }

    int marked = 0;
    for (int i = 0; i < kMany; ++i) {
        if (!table.join(key_of(i)).flight) ++marked;
    }

    CHECK(marked <= 16 * 1024);
    CHECK(marked > 15 * 1024);
    CHECK(table.join(key_of(kMany - 1)).flight == nullptr);
    CHECK(table.join(key_of(0)).flight != nullptr);
}

TEST_CASE("Once an answer is kept, its flight holds no bytes of its own", "[cache][flight]") {
    const auto flight = streaming();
    const auto reader = Flight::follow(flight, nullptr);
    flight->append("a piece");
    const auto watched = holder_of_first_bytes(flight);
    flight->append(" and another");
    auto entry = sample_entry(1, std::string(flight->body()->view()));
    entry.form = head().form;

    flight->finish(shared(std::move(entry)));

    CHECK(watched.expired());
    const auto news = reader->take();
    CHECK(news.phase == Phase::done);
    CHECK(joined(news) == "a piece and another");
    CHECK(news.pieces.at(0)->data() == flight->kept()->body->view().data());
}

TEST_CASE("What was kept in another form is not what readers get", "[cache][flight]") {
    const auto flight = streaming();
    const auto reader = Flight::follow(flight, nullptr);
    flight->append("as it came");
    auto entry = sample_entry(1, "as packed!");
    entry.form = "packed";

    flight->finish(shared(std::move(entry)));

    CHECK(joined(reader->take()) == "as it came");
}

TEST_CASE("A reader may take a little at a time, and the end comes with the last of it",
          "[cache][flight]") {
    const auto flight = streaming();
    const auto reader = Flight::follow(flight, nullptr);
    for (const char* text : {"one", "two", "three", "a long one"})
        flight->append(text);
    flight->finish(nullptr);

    const auto first = reader->take(6);
    CHECK(joined(first) == "onetwo");
    CHECK(first.phase == Phase::streaming);
    CHECK(joined(reader->take(7)) == "threea ");
    const auto last = reader->take(8);
    CHECK(joined(last) == "long one");
    CHECK(last.phase == Phase::done);
    CHECK(reader->take().pieces.empty());
}

TEST_CASE("Short pieces that wait for a reader come to it as one", "[cache][flight]") {
    const auto flight = streaming();
    const auto reader = Flight::follow(flight, nullptr);
    for (const char* text : {"one", "two", "three"})
        flight->append(text);

    const auto news = reader->take();

    REQUIRE(news.pieces.size() == 1);
    CHECK(*news.pieces[0] == "onetwothree");
    CHECK(flight->pace().size() == 3);
}

TEST_CASE("What a reader left with the flight is its backlog", "[cache][flight]") {
    const auto flight = streaming();
    const auto reader = Flight::follow(flight, nullptr);
    flight->append("one");
    flight->append("two");

    CHECK(joined(reader->take(4)) == "onet");
    CHECK(flight->backlog_bytes() == 2);
    CHECK(joined(reader->take()) == "wo");
    CHECK(flight->backlog_bytes() == 0);
}
