// Answers that are cut, peers that stall, callers that give up.
#include "unit/upstream/on_loop.hpp"
#include "unit/upstream/scripted_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace refrain::upstream {
namespace {

using namespace refrain::upstream::testing;
using std::chrono::milliseconds;

constexpr std::string_view kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
constexpr std::string_view kChunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

// ---- Cut answers

TEST_CASE("Cut: an answer that stops anywhere is an error, never a clean end", "[upstream][cut]") {
    const auto wire = GENERATE(
        as<std::string>(),
        "",
        "H",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r");
    const bool reset = GENERATE(false, true);
    CAPTURE(wire, reset);
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write(wire);
        if (reset) peer.reset();  // what was sent may be lost: the client must fail all the same
    });

    const auto answer = ask_once(server.url(), get("/"), patient());

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::broken);
    CHECK(answer.error->origin == Origin::upstream);
    CHECK(answer.error->message.find("127.0.0.1") != std::string::npos);
    CHECK(server.connections() == 1);
}

TEST_CASE("Cut: an answer until close that is reset is an error", "[upstream][cut]") {
    Flag got_half;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\n\r\nhalf");
        got_half.wait();
        peer.reset();
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        auto exchange = co_await client.exchange(to, request);
        REQUIRE(exchange);
        auto piece = co_await (*exchange)->read_some();
        REQUIRE(piece);
        CHECK(*piece == "half");
        got_half.raise();
        piece = co_await (*exchange)->read_some();
        REQUIRE_FALSE(piece);
        CHECK(piece.error().code == ErrorCode::broken);
        piece = co_await (*exchange)->read_some();
        CHECK_FALSE(piece);
    });
}

TEST_CASE("Cut: damaged chunks are an error after the data before them", "[upstream][cut]") {
    ScriptedServer server([](Peer& peer) {
        peer.read_request();
        peer.write(std::string(kChunkedHead) + "5\r\nhello\r\nzz\r\n");
        peer.sees_close();
    });

    const auto answer = ask_once(server.url(), get("/"), patient());

    REQUIRE(answer.error);
    CHECK(answer.body == "hello");
    CHECK(answer.error->code == ErrorCode::broken);
}

TEST_CASE("Client: a loop that ends with an exchange under way leaks nothing",
          "[upstream][client]") {
    Flag got_request;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        got_request.raise();
        peer.sees_close();
    });
    const Address to = address_of(server.url());
    net::Loop loop;
    Client client(loop, nullptr, patient());
    const auto request = get("/");
    auto story = [&]() -> net::Task<void> {
        auto exchange = co_await client.exchange(to, request);
        FAIL("nobody answered");
    };

    loop.spawn(story());
    std::thread ender([&] {
        got_request.wait();
        loop.stop();
    });
    loop.run();
    ender.join();
}

// ---- Time-outs

TEST_CASE("Timeout: silence where the head should be", "[upstream][timeout]") {
    const auto wire =
        GENERATE(as<std::string>(), "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n");
    CAPTURE(wire);
    Flag closed;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write(wire);
        if (peer.sees_close()) closed.raise();
    });
    Options options = patient();
    options.first_byte_timeout = milliseconds(100);

    const auto answer = ask_once(server.url(), get("/"), options);

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::timeout);
    CHECK(answer.error->origin == Origin::upstream);
    CHECK(answer.error->message.find("first byte") != std::string::npos);
    CHECK(answer.error->message.find("127.0.0.1") != std::string::npos);
    CHECK(closed.wait());
}

TEST_CASE("Timeout: a head that trickles in cannot stretch its time", "[upstream][timeout]") {
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nX: ");
        const timeval tick{0, 10'000};
        for (int i = 0; i < 1000; ++i) {
            peer.write("x");
            timeval wait = tick;
            ::select(0, nullptr, nullptr, nullptr, &wait);
            if (peer.is_closed()) break;
        }
    });
    Options options = patient();
    options.first_byte_timeout = milliseconds(150);

    const auto answer = ask_once(server.url(), get("/"), options);

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::timeout);
}

TEST_CASE("Timeout: silence in the middle of a body", "[upstream][timeout]") {
    const auto wire = GENERATE(as<std::string>(),
                               "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
                               std::string(kChunkedHead) + "5\r\nhello\r\n",
                               "HTTP/1.1 200 OK\r\n\r\nhello");
    CAPTURE(wire);
    Flag closed;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write(wire);
        if (peer.sees_close()) closed.raise();
    });
    Options options = patient();
    options.between_bytes_timeout = milliseconds(100);

    const auto answer = ask_once(server.url(), get("/"), options);

    REQUIRE(answer.error);
    CHECK(answer.body == "hello");
    CHECK(answer.error->code == ErrorCode::timeout);
    CHECK(answer.error->message.find("between bytes") != std::string::npos);
    CHECK(closed.wait());
}

TEST_CASE("Timeout: a caller that reads slowly is not a stalled peer", "[upstream][timeout]") {
    Flag sent;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        peer.write("world");
        sent.raise();
        peer.sees_close();
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Options options = patient();
        options.between_bytes_timeout = milliseconds(60);
        Client client(loop, nullptr, options);
        const auto request = get("/");
        auto exchange = co_await client.exchange(to, request);
        REQUIRE(exchange);
        CHECK(sent.wait());
        co_await net::sleep_for(milliseconds(250));
        Answer answer;
        co_await read_body(**exchange, answer);
        CHECK(answer.complaint() == "");
        CHECK(answer.body == "helloworld");
    });
}

TEST_CASE("Timeout: a peer that takes no bytes of a body", "[upstream][timeout]") {
    Flag done;
    ScriptedServer server([&](Peer& peer) {
        peer.read_head();
        done.wait();
    });
    Options options = patient();
    options.between_bytes_timeout = milliseconds(150);
    const std::string body(64 * 1024 * 1024, 'b');

    const auto answer = ask_once(server.url(), post("/", body), options);
    done.raise();

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::timeout);
}

// A port whose queue of connections is full, so that the next one hangs.
class FullPort {
  public:
    FullPort() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const name = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(listener_, name, size) == 0);
        REQUIRE(::listen(listener_, 0) == 0);
        REQUIRE(::getsockname(listener_, name, &size) == 0);
        port_ = ntohs(address.sin_port);
        for (int& filler : fillers_) {
            filler = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            (void)::connect(filler, name, size);
        }
    }
    ~FullPort() {
        for (const int filler : fillers_)
            ::close(filler);
        ::close(listener_);
    }
    FullPort(const FullPort&) = delete;
    FullPort& operator=(const FullPort&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  private:
    int listener_;
    std::uint16_t port_ = 0;
    int fillers_[4];
};

TEST_CASE("Timeout: a peer that does not accept", "[upstream][timeout]") {
    FullPort port;
    Options options = patient();
    options.connect_timeout = milliseconds(100);

    const auto answer = ask_once(port.url(), get("/"), options);

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::timeout);
    CHECK(answer.error->message.find("connect") != std::string::npos);
}

// ---- Cancelling

TEST_CASE("Cancel: while a connection is made", "[upstream][cancel]") {
    FullPort port;
    const Address to = address_of(port.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        Cancellation cancellation;
        auto request = get("/");
        request.cancellation = &cancellation;
        loop.post([&] { cancellation.cancel(); });
        const auto answer = co_await ask(client, to, request);
        REQUIRE(answer.error);
        CHECK(answer.error->code == ErrorCode::cancelled);
    });
}

TEST_CASE("Cancel: before a call begins", "[upstream][cancel]") {
    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        Cancellation cancellation;
        cancellation.cancel();
        auto request = get("/");
        request.cancellation = &cancellation;
        const Address to = address_of("http://127.0.0.1:1");
        const auto answer = co_await ask(client, to, request);
        REQUIRE(answer.error);
        CHECK(answer.error->code == ErrorCode::cancelled);
        CHECK(client.stats().opened == 0);
    });
}

TEST_CASE("Cancel: while the head is awaited the peer sees the close", "[upstream][cancel]") {
    const bool opened = GENERATE(false, true);
    Flag closed;
    Cancellation cancellation;
    std::atomic<net::Loop*> running = nullptr;
    std::unique_ptr<Exchange>* in_pieces = nullptr;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        running.load()->post([&] {
            if (in_pieces != nullptr) {
                (*in_pieces)->cancel();
            } else {
                cancellation.cancel();
            }
        });
        if (peer.sees_close()) closed.raise();
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        running = &loop;
        Client client(loop, nullptr, patient());
        auto request = get("/");
        request.cancellation = &cancellation;
        Result<void> read;
        if (opened) {
            auto exchange = co_await client.open(to, request, 0);
            REQUIRE(exchange);
            in_pieces = &*exchange;
            read = co_await (*exchange)->read_head();
        } else {
            auto exchange = co_await client.exchange(to, request);
            if (!exchange) read = failure(exchange.error());
        }
        REQUIRE_FALSE(read);
        CHECK(read.error().code == ErrorCode::cancelled);
        CHECK(closed.wait());
    });

    CHECK(server.connections() == 1);
}

TEST_CASE("Cancel: in the middle of a body the peer sees the close", "[upstream][cancel]") {
    Flag closed;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write(std::string(kChunkedHead) + "5\r\nhello\r\n");
        if (peer.sees_close()) closed.raise();
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        auto exchange = co_await client.exchange(to, request);
        REQUIRE(exchange);
        auto piece = co_await (*exchange)->read_some();
        REQUIRE(piece);
        loop.post([&] { (*exchange)->cancel(); });
        piece = co_await (*exchange)->read_some();
        REQUIRE_FALSE(piece);
        CHECK(piece.error().code == ErrorCode::cancelled);
        (*exchange)->cancel();
        piece = co_await (*exchange)->read_some();
        CHECK(piece.error().code == ErrorCode::cancelled);
        CHECK(closed.wait());
    });
}

TEST_CASE("Cancel: after a clean end the connection is still kept", "[upstream][cancel]") {
    ScriptedServer server([&](Peer& peer) {
        while (!peer.read_request().empty())
            peer.write(kHello);
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        auto exchange = co_await client.exchange(to, request);
        REQUIRE(exchange);
        Answer answer;
        co_await read_body(**exchange, answer);
        (*exchange)->cancel();
        exchange->reset();
        CHECK(client.stats().idle == 1);
    });
}

TEST_CASE("Cancel: with nothing pending, what comes next fails", "[upstream][cancel]") {
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write(kHello);
        peer.sees_close();
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        auto exchange = co_await client.exchange(to, request);
        REQUIRE(exchange);
        (*exchange)->cancel();
        const auto piece = co_await (*exchange)->read_some();
        REQUIRE_FALSE(piece);
        CHECK(piece.error().code == ErrorCode::cancelled);
        exchange->reset();
        CHECK(client.stats().idle == 0);
    });
}

}  // namespace
}  // namespace refrain::upstream
