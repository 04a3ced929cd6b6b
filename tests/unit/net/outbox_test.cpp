#include "net/outbox.hpp"

#include "net/stream.hpp"
#include "unit/net/run_task.hpp"
#include "unit/net/stream_peer.hpp"

#include <catch2/catch.hpp>
#include <sys/socket.h>

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::net {
namespace {

using Outcome = Attempt::Outcome;

iovec piece_of(std::string_view bytes) {
    return {const_cast<char*>(bytes.data()), bytes.size()};
}

Attempt write_soon(Stream& stream, std::string_view bytes) {
    const iovec piece = piece_of(bytes);
    return stream.write_soon({&piece, 1});
}

Attempt write(Stream& stream, std::string_view bytes) {
    const iovec piece = piece_of(bytes);
    return stream.write({&piece, 1});
}

// Until the socket takes no more; how much that was.
std::size_t fill(Stream& stream) {
    const std::string block(65'536, '.');
    std::size_t bytes = 0;
    for (;;) {
        const auto attempt = write(stream, block);
        if (attempt.outcome != Outcome::done) return bytes;
        bytes += attempt.bytes;
    }
}

TEST_CASE("Outbox: what a turn writes leaves at its end, in order", "[net][outbox]") {
    run_task([](Loop& loop) -> Task<void> {
        Stream first(loop);
        Stream second(loop);
        Peer first_peer(first);
        Peer second_peer(second);
        {
            const Outbox::Turn turn(loop.outbox());
            const std::array<iovec, 2> pieces{piece_of("one, "), piece_of("two, ")};
            const auto attempt = first.write_soon(pieces);
            CHECK(attempt.outcome == Outcome::done);
            CHECK(attempt.bytes == 10);
            write_soon(second, "other");
            write_soon(first, "three");
            CHECK(first_peer.hear().empty());
            CHECK(second_peer.hear().empty());
        }
        CHECK(first_peer.hear() == "one, two, three");
        CHECK(second_peer.hear() == "other");
        co_return;
    });
}

TEST_CASE("Outbox: outside a turn nothing is held", "[net][outbox]") {
    run_task([](Loop& loop) -> Task<void> {
        Stream stream(loop);
        Peer peer(stream);
        write_soon(stream, "now");
        CHECK(peer.hear() == "now");
        co_return;
    });
}

TEST_CASE("Outbox: a coroutine that a socket woke is in a turn", "[net][outbox]") {
    run_task([](Loop& loop) -> Task<void> {
        Stream stream(loop);
        Peer peer(stream);
        stream.found_nothing();
        loop.post([&peer] { peer.say("wake up"); });
        co_await stream.wait_readable();
        write_soon(stream, "soon");
        CHECK(peer.hear().empty());
        co_await yield();
        CHECK(peer.hear() == "soon");
    });
}

TEST_CASE("Outbox: a long turn sends what it has now and then", "[net][outbox]") {
    run_task([](Loop& loop) -> Task<void> {
        Stream stream(loop);
        Peer peer(stream);
        const Outbox::Turn turn(loop.outbox());
        std::string written;
        std::string heard;
        for (int i = 0; i < 100; ++i) {
            const std::string bytes(1 + static_cast<std::size_t>(i) * 50,
                                    static_cast<char>('0' + i));
            CHECK(write_soon(stream, bytes).bytes == bytes.size());
            written += bytes;
            heard += peer.hear();
        }
        CHECK(heard.size() > written.size() / 2);
        CHECK(written.starts_with(heard));
        co_return;
    });
}

TEST_CASE("Outbox: whatever else is done to the socket comes after", "[net][outbox]") {
    static const std::string large(20'000, 'x');
    struct Case {
        std::function<void(Stream&)> next;
        std::string heard;
    };
    const Case a = GENERATE(Case{[](Stream& s) { write(s, ", written"); }, "held, written"},
                            Case{[](Stream& s) { write_soon(s, large); }, "held" + large},
                            Case{[](Stream& s) { s.flush(); }, "held"},
                            Case{[](Stream& s) { s.shut_down(SHUT_WR); }, "held"},
                            Case{[](Stream& s) { s.close(); }, "held"});
    run_task([&](Loop& loop) -> Task<void> {
        Stream stream(loop);
        Peer peer(stream);
        const Outbox::Turn turn(loop.outbox());
        write_soon(stream, "held");
        a.next(stream);
        CHECK(peer.hear() == a.heard);
        co_return;
    });
}

TEST_CASE("Outbox: one that goes in its turn leaves nothing behind", "[net][outbox]") {
    run_task([](Loop& loop) -> Task<void> {
        std::optional<Stream> stream(std::in_place, loop);
        Peer peer(*stream);
        {
            const Outbox::Turn turn(loop.outbox());
            write_soon(*stream, "last words");
            stream.reset();
        }
        CHECK(peer.hear() == "last words");
        co_return;
    });
}

TEST_CASE("Outbox: what finds no room waits for it, and all else behind it", "[net][outbox]") {
    run_task([](Loop& loop) -> Task<void> {
        Stream stream(loop);
        Peer peer(stream);
        const std::size_t before = fill(stream);
        {
            const Outbox::Turn turn(loop.outbox());
            CHECK(write_soon(stream, "one, ").outcome == Outcome::done);
            CHECK(write_soon(stream, "two, ").outcome == Outcome::done);
        }
        CHECK_FALSE(stream.flush());
        CHECK(write(stream, "three").outcome == Outcome::want_write);
        CHECK(write_soon(stream, "three").outcome == Outcome::want_write);
        std::string heard;
        loop.post([&] {
            while (heard.size() < before)
                heard += peer.hear();
        });
        co_await stream.wait_writable();
        CHECK(write_soon(stream, "three").outcome == Outcome::done);
        co_await yield();
        heard += peer.hear();
        CHECK(std::string_view(heard).substr(before) == "one, two, three");
    });
}

TEST_CASE("Outbox: without a writer, the socket's news sends it", "[net][outbox]") {
    run_task([](Loop& loop) -> Task<void> {
        Stream stream(loop);
        Peer peer(stream);
        const std::size_t before = fill(stream);
        {
            const Outbox::Turn turn(loop.outbox());
            write_soon(stream, "the rest");
        }
        std::string heard;
        while (heard.size() < before)
            heard += peer.hear();
        for (int i = 0; i < 1000 && heard.size() == before; ++i) {
            co_await yield();
            heard += peer.hear();
        }
        CHECK(std::string_view(heard).substr(before) == "the rest");
    });
}

TEST_CASE("Outbox: a peer that left shows at the next read", "[net][outbox]") {
    run_task([](Loop& loop) -> Task<void> {
        Stream stream(loop);
        Peer peer(stream);
        peer.leave();
        {
            const Outbox::Turn turn(loop.outbox());
            CHECK(write_soon(stream, "too late").outcome == Outcome::done);
        }
        char byte = 0;
        CHECK(stream.read(&byte, 1).outcome != Outcome::done);
        CHECK(write_soon(stream, "again").outcome == Outcome::failed);
        co_return;
    });
}

}  // namespace
}  // namespace refrain::net
