#include "net/stream.hpp"

#include "net/signal.hpp"
#include "unit/net/run_task.hpp"
#include "unit/net/stream_peer.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace refrain::net {
namespace {

using Outcome = Attempt::Outcome;

// What there is, read with a buffer of `room` bytes; "" if nothing.
std::string read_once(Stream& stream, std::size_t room = 64) {
    std::string bytes(room, '\0');
    const auto attempt = stream.read(bytes.data(), bytes.size());
    bytes.resize(attempt.bytes);
    return bytes;
}

TEST_CASE("Stream: bytes that came before it was watched are found without waiting",
          "[net][stream]") {
    run_task([](Loop& loop) -> Task<void> {
        Stream stream(loop);
        Peer peer(stream);
        peer.say("early");
        CHECK(stream.has_input());
        CHECK(read_once(stream) == "early");
        CHECK_FALSE(stream.has_input());
        co_return;
    });
}

TEST_CASE("Stream: a reader wakes for bytes, for more bytes, and for the end", "[net][stream]") {
    std::string heard;
    bool ended = false;
    run_task([&](Loop& loop) -> Task<void> {
        Stream stream(loop);
        Peer peer(stream);
        stream.found_nothing();
        loop.post([&peer] { peer.say("one"); });
        co_await stream.wait_readable();
        heard += read_once(stream);
        loop.post([&peer] {
            peer.say("two");
            peer.leave();
        });
        while (!ended) {
            if (!stream.has_input()) {
                co_await stream.wait_readable();
                continue;
            }
            std::array<char, 2> few{};
            const auto attempt = stream.read(few.data(), few.size());
            ended = attempt.outcome == Outcome::end;
            heard.append(few.data(), attempt.bytes);
        }
        CHECK(stream.has_ended());
    });
    CHECK(heard == "onetwo");
}

TEST_CASE("Stream: a read that filled its buffer says that there may be more", "[net][stream]") {
    run_task([](Loop& loop) -> Task<void> {
        Stream stream(loop);
        Peer peer(stream);
        peer.say("abcd");
        CHECK(read_once(stream, 4) == "abcd");
        CHECK(stream.has_input());
        CHECK(read_once(stream, 4).empty());
        CHECK_FALSE(stream.has_input());
        co_return;
    });
}

TEST_CASE("Stream: a writer wakes when its peer takes bytes again", "[net][stream]") {
    std::size_t rounds = 0;
    run_task([&](Loop& loop) -> Task<void> {
        Stream stream(loop);
        Peer peer(stream);
        const std::string block(65'536, 'x');
        const std::array<iovec, 1> pieces{{{const_cast<char*>(block.data()), block.size()}}};
        while (stream.write(pieces).outcome == Outcome::done)
            ++rounds;
        loop.post([&peer] {
            while (!peer.hear().empty()) {
            }
        });
        co_await stream.wait_writable();
        CHECK(stream.write(pieces).outcome == Outcome::done);
    });
    CHECK(rounds > 0);
}

TEST_CASE("Stream: close and interrupt wake who waits", "[net][stream]") {
    const bool by_close = GENERATE(true, false);
    bool woken = false;
    run_task([&](Loop& loop) -> Task<void> {
        Stream stream(loop);
        Peer peer(stream);
        stream.found_nothing();
        loop.post([&stream, by_close] {
            if (by_close) {
                stream.close();
            } else {
                stream.interrupt();
            }
        });
        co_await stream.wait_readable();
        woken = true;
        CHECK(stream.is_open() != by_close);
    });
    CHECK(woken);
}

TEST_CASE("Stream: who deals with input keeps the reader asleep", "[net][stream]") {
    int dealt_with = 0;
    std::string left_over;
    run_task([&](Loop& loop) -> Task<void> {
        Stream stream(loop);
        Peer peer(stream);
        stream.found_nothing();
        stream.on_input([&] {
            if (dealt_with > 0) return false;
            ++dealt_with;
            CHECK(read_once(stream) == "mine");
            loop.post([&peer] { peer.say("yours"); });
            return true;
        });
        loop.post([&peer] { peer.say("mine"); });
        co_await stream.wait_readable();
        left_over = read_once(stream);
    });
    CHECK(dealt_with == 1);
    CHECK(left_over == "yours");
}

TEST_CASE("Stream: one that goes while its own news waits is not told", "[net][stream]") {
    int told = 0;
    run_task([&](Loop& loop) -> Task<void> {
        // Both have news in one batch, and whoever is told first destroys the other.
        std::array<std::unique_ptr<Stream>, 2> streams{std::make_unique<Stream>(loop),
                                                       std::make_unique<Stream>(loop)};
        Peer left(*streams[0]);
        Peer right(*streams[1]);
        Signal done(loop);
        for (std::size_t i = 0; i < streams.size(); ++i) {
            streams[i]->on_input([&, i] {
                ++told;
                streams[1 - i].reset();
                done.notify();
                return true;
            });
        }
        left.say("news");
        right.say("news");
        co_await done.wait();
        const std::chrono::milliseconds a_while(20);
        co_await sleep_for(a_while);
    });
    CHECK(told == 1);
}

TEST_CASE("Stream: a loop that ends lets go of the coroutines that wait on one", "[net][stream]") {
    const auto witness = std::make_shared<int>(0);
    {
        Loop loop;
        auto forever = [](Loop& on, std::shared_ptr<int> held) -> Task<void> {
            const auto stream = std::make_shared<Stream>(on);
            Peer peer(*stream);
            stream->found_nothing();
            on.stop();
            co_await stream->wait_readable();
            ++*held;
        };
        loop.spawn(forever(loop, witness));
        loop.run();
    }
    CHECK(witness.use_count() == 1);
    CHECK(*witness == 0);
}

}  // namespace
}  // namespace refrain::net
