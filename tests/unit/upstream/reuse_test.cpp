// Which connections serve another call, and which never again.
#include "unit/upstream/on_loop.hpp"
#include "unit/upstream/scripted_server.hpp"

namespace refrain::upstream {
namespace {

using namespace refrain::upstream::testing;
using std::chrono::milliseconds;

constexpr std::string_view kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

TEST_CASE("Reuse: a connection the peer closed while idle is not used", "[upstream][reuse]") {
    Flag closed;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write(kHello);
        if (peer.number() > 0) return;
        peer.close();
        closed.raise();
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = post("/", "{}");
        auto answer = co_await ask(client, to, request);
        CHECK(answer.body == "hello");
        CHECK(closed.wait());
        co_await net::sleep_for(milliseconds(50));  // what was sent has to arrive
        answer = co_await ask(client, to, request);
        CHECK(answer.body == "hello");
        CHECK(client.stats().reused == 0);
        CHECK(client.stats().opened == 2);
    });
}

// The first connection answers one request; what it does to the second is `cut`.
void cut_second_request(
    std::string_view cut, bool reset, Answer& answer, int& requests, int& connections) {
    std::atomic<int> seen = 0;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        ++seen;
        peer.write(kHello);
        if (peer.number() > 0) return;
        peer.read_request();
        ++seen;
        peer.write(cut);
        if (reset) peer.reset();
    });
    const Address to = address_of(server.url());
    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = post("/", "{}");
        answer = co_await ask(client, to, request);
        answer = co_await ask(client, to, request);
    });
    requests = seen;
    connections = server.connections();
}

TEST_CASE("Reuse: a reused connection that dies before a byte is replaced once",
          "[upstream][reuse]") {
    const bool reset = GENERATE(false, true);
    Answer answer;
    int requests = 0;
    int connections = 0;

    cut_second_request("", reset, answer, requests, connections);

    CHECK(answer.complaint() == "");
    CHECK(answer.body == "hello");
    CHECK(requests == 3);
    CHECK(connections == 2);
}

TEST_CASE("Reuse: nothing is sent again once a byte of the answer came", "[upstream][reuse]") {
    const auto cut = GENERATE(as<std::string>(),
                              "H",
                              "HTTP/1.1 200 OK\r\n",
                              "HTTP/1.1 100 Continue\r\n\r\n",
                              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
    CAPTURE(cut);
    Answer answer;
    int requests = 0;
    int connections = 0;

    cut_second_request(cut, false, answer, requests, connections);

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::broken);
    CHECK(requests == 2);
    CHECK(connections == 1);
}

TEST_CASE("Reuse: a new connection that dies before a byte is not replaced", "[upstream][reuse]") {
    ScriptedServer server([](Peer& peer) { peer.read_request(); });

    const auto answer = ask_once(server.url(), post("/", "{}"), patient());

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::broken);
    CHECK(server.connections() == 1);
}

TEST_CASE("Reuse: bytes after an answer make its connection useless", "[upstream][reuse]") {
    const auto extra = GENERATE(as<std::string>(), "x", "\r\n", std::string(kHello));
    CAPTURE(extra);
    ScriptedServer server([&](Peer& peer) {
        while (!peer.read_request().empty())
            peer.write(std::string(kHello) + extra);
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        for (int i = 0; i < 3; ++i) {
            const auto answer = co_await ask(client, to, request);
            CHECK(answer.body == "hello");
            CHECK(answer.complaint() == "");
        }
        CHECK(client.stats().reused == 0);
        CHECK(client.stats().idle == 0);
    });
}

TEST_CASE("Reuse: an idle connection on which bytes came is thrown away", "[upstream][reuse]") {
    Flag ask_for_more;
    Flag sent;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write(kHello);
        if (peer.number() > 0) return;
        ask_for_more.wait();
        peer.write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
        sent.raise();
        peer.sees_close();
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        auto answer = co_await ask(client, to, request);
        ask_for_more.raise();
        CHECK(sent.wait());
        co_await net::sleep_for(milliseconds(50));  // what was sent has to arrive
        answer = co_await ask(client, to, request);
        CHECK(answer.status == 200);
        CHECK(client.stats().reused == 0);
    });
}

TEST_CASE("Reuse: Connection: close is obeyed", "[upstream][reuse]") {
    const auto head = GENERATE(as<std::string>(),
                               "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                               "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n");
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write(head);
        peer.sees_close();
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        const auto answer = co_await ask(client, to, request);
        CHECK(answer.status == 200);
        CHECK(client.stats().idle == 0);
    });
}

TEST_CASE("Reuse: idle connections are closed when their time is over", "[upstream][reuse]") {
    Flag closed;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write(kHello);
        if (peer.sees_close()) closed.raise();
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Options options = patient();
        options.idle_timeout = milliseconds(1);
        Client client(loop, nullptr, options);
        const auto request = get("/");
        co_await ask(client, to, request);
        CHECK(client.stats().idle == 1);
        while (client.stats().idle > 0) {
            co_await net::sleep_for(milliseconds(5));
        }
        CHECK(closed.wait());
    });
}

TEST_CASE("Reuse: an exchange dropped before its end closes its connection", "[upstream][reuse]") {
    Flag closed;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nbegin");
        if (peer.sees_close()) closed.raise();
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        auto exchange = co_await client.exchange(to, request);
        REQUIRE(exchange);
        exchange->reset();
        CHECK(client.stats().idle == 0);
        CHECK(closed.wait());
    });
}

TEST_CASE("Reuse: an exchange may outlive its client, and then closes", "[upstream][reuse]") {
    Flag closed;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write(kHello);
        if (peer.sees_close()) closed.raise();
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        auto client = std::make_unique<Client>(loop, nullptr, patient());
        const auto request = get("/");
        auto exchange = co_await client->exchange(to, request);
        REQUIRE(exchange);
        client.reset();
        Answer answer;
        co_await read_body(**exchange, answer);
        CHECK(answer.body == "hello");
        exchange->reset();
        CHECK(closed.wait());
    });
}

}  // namespace
}  // namespace refrain::upstream
