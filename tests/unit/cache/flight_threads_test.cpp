// Run under the tsan preset as well.
#include "cache/flight.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>

using namespace refrain;
using namespace refrain::cache;

namespace {

// What a reader's own loop would be: news arrives as a word, and is fetched by its thread.
struct Bell {
    std::mutex mutex;
    std::condition_variable rung;
    bool news = false;

    void ring() {
        {
            const std::lock_guard lock(mutex);
            news = true;
        }
        rung.notify_one();
    }
    void wait() {
        std::unique_lock lock(mutex);
        rung.wait(lock, [&] { return news; });
        news = false;
    }
};

std::string read_all(const std::shared_ptr<Flight>& flight) {
    Bell bell;
    std::string text;
    const auto reader = Flight::follow(flight, [&] { bell.ring(); });
    for (;;) {
        const auto news = reader->take();
        for (const auto& piece : news.pieces) {
            text += *piece;
        }
        if (news.phase == Flight::Phase::done) return text;
        bell.wait();
    }
}

std::string piece(int number) {
    return "event " + std::to_string(number) + "\n";
}

}  // namespace

TEST_CASE("Readers on other threads, early and late, all see the whole answer",
          "[cache][flight][threads]") {
    constexpr int kPieces = 2'000;
    const auto flight = std::make_shared<Flight>();
    std::string expected;
    for (int i = 0; i < kPieces; ++i) {
        expected += piece(i);
    }

    std::vector<std::thread> readers;
    std::vector<std::string> seen(8);
    const auto start_reader = [&](std::size_t i) {
        readers.emplace_back([&, i] { seen[i] = read_all(flight); });
    };
    for (std::size_t i = 0; i < 4; ++i) {
        start_reader(i);
    }
    flight->begin({200, "text/event-stream", "sse", {}});
    for (int i = 0; i < kPieces; ++i) {
        flight->append(piece(i));
        if (i == kPieces / 2) {
            for (std::size_t late = 4; late < 8; ++late) {
                start_reader(late);
            }
        }
    }
    flight->finish(sample(1));
    for (auto& reader : readers) {
        reader.join();
    }

    for (const auto& text : seen) {
        CHECK(text == expected);
    }
}

TEST_CASE("Readers may leave at any moment while the leader appends", "[cache][flight][threads]") {
    const auto flight = std::make_shared<Flight>();
    std::atomic<bool> over{false};
    std::vector<std::thread> readers;
    for (int i = 0; i < 4; ++i) {
        readers.emplace_back([&, i] {
            for (int round = 0; !over; ++round) {
                // The word is passed to something that dies right after the reader.
                auto bell = std::make_unique<Bell>();
                auto reader = Flight::follow(flight, [target = bell.get()] { target->ring(); });
                if (!reader) break;
                if ((round + i) % 2 == 0) reader->take();
                reader.reset();
                bell.reset();
            }
        });
    }

    std::atomic<int> drained{0};
    flight->begin({200, "", "", {}});
    flight->on_drained([&] { ++drained; });
    for (int i = 0; i < 3'000; ++i) {
        flight->append(piece(i));
        if (i == 2'000) flight->stop_recording();
    }
    flight->finish(nullptr);
    over = true;
    for (auto& reader : readers) {
        reader.join();
    }

    CHECK(flight->readers() == 0);
    CHECK(flight->phase() == Flight::Phase::done);
}

TEST_CASE("A leader that waits for its readers is told when to go on", "[cache][flight][threads]") {
    constexpr int kPieces = 500;
    const auto flight = std::make_shared<Flight>();
    Bell room;
    flight->on_drained([&] { room.ring(); });
    flight->begin({200, "", "", {}});
    std::string text;
    Bell bell;
    auto reader = Flight::follow(flight, [&] { bell.ring(); });
    flight->stop_recording();
    std::thread reading([&] {
        for (;;) {
            const auto news = reader->take();
            for (const auto& part : news.pieces) {
                text += *part;
            }
            if (news.phase == Flight::Phase::done) break;
            bell.wait();
        }
        reader.reset();
    });

    std::size_t most = 0;
    for (int i = 0; i < kPieces; ++i) {
        flight->append(piece(i));
        most = std::max(most, flight->backlog_bytes());
        while (flight->backlog_bytes() > 50) {
            room.wait();
        }
    }
    flight->finish(nullptr);
    reading.join();

    CHECK(text.size() == flight->body_bytes());
    CHECK(most <= 50 + 12);
}

TEST_CASE("Of many threads that ask for the same key, one leads", "[cache][flight][threads]") {
    FlightTable table;
    for (int round = 0; round < 200; ++round) {
        std::atomic<int> leaders{0};
        std::atomic<int> ready{0};
        std::vector<std::thread> callers;
        std::vector<std::shared_ptr<Flight>> flights(4);
        for (std::size_t i = 0; i < flights.size(); ++i) {
            callers.emplace_back([&, i] {
                ++ready;
                while (ready < 4) {
                    std::this_thread::yield();
                }
                const auto seat = table.join(key_of(round));
                flights[i] = seat.flight;
                if (seat.leads) ++leaders;
            });
        }
        for (auto& caller : callers) {
            caller.join();
        }
        REQUIRE(leaders == 1);
        for (const auto& flight : flights) {
            REQUIRE(flight == flights[0]);
        }
        table.land(key_of(round), flights[0]);
    }
    CHECK(table.size() == 0);
}
