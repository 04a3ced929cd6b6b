#include "support/held_port.hpp"
#include "unit/upstream/on_loop.hpp"
#include "unit/upstream/scripted_server.hpp"

#include <atomic>

namespace refrain::upstream {
namespace {

using namespace refrain::upstream::testing;

constexpr std::string_view kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

TEST_CASE("Client: a request goes out whole and its answer comes back", "[upstream][client]") {
    Note seen;
    ScriptedServer server([&](Peer& peer) {
        seen = peer.read_request();
        peer.write("HTTP/1.1 201 Created\r\nX-Id: 7\r\nContent-Length: 5\r\n\r\nhello");
    });
    const http::Field fields[] = {{"X-Mine", "yes"},
                                  {"Host", "evil.example"},
                                  {"content-length", "99"},
                                  {"Expect", "100-continue"},
                                  {"Connection", "x-secret, close"},
                                  {"X-Secret", "no"},
                                  {"Keep-Alive", "1"},
                                  {"Transfer-Encoding", "chunked"},
                                  {"Upgrade", "websocket"},
                                  {"TE", "trailers"},
                                  {"Accept-Encoding", "gzip"}};
    auto request = post("/v1/x?y=z", "{\"a\":1}");
    request.fields = fields;

    const auto answer = ask_once(server.url() + "/base", request, patient());

    const auto host = "127.0.0.1:" + std::to_string(server.port());
    CHECK(seen.text() ==
          "POST /base/v1/x?y=z HTTP/1.1\r\nHost: " + host +
              "\r\nX-Mine: yes\r\nAccept-Encoding: gzip\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
    CHECK(answer.complaint() == "");
    CHECK(answer.status == 201);
    CHECK(answer.field("x-id") == "7");
    CHECK(answer.body == "hello");
}

TEST_CASE("Client: connections are kept and lent again, newest first", "[upstream][client]") {
    ScriptedServer server([](Peer& peer) {
        while (!peer.read_request().empty())
            peer.write(kHello);
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        for (int i = 0; i < 5; ++i) {
            const auto answer = co_await ask(client, to, request);
            CHECK(answer.body == "hello");
        }
        CHECK(client.stats().opened == 1);
        CHECK(client.stats().reused == 4);
        CHECK(client.stats().idle == 1);
    });

    CHECK(server.connections() == 1);
}

TEST_CASE("Client: two exchanges at once use two connections", "[upstream][client]") {
    ScriptedServer server([](Peer& peer) {
        while (!peer.read_request().empty())
            peer.write(kHello);
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Options options = patient();
        options.max_idle_per_address = 1;
        Client client(loop, nullptr, options);
        const auto request = get("/");
        auto first = co_await client.exchange(to, request);
        auto second = co_await client.exchange(to, request);
        REQUIRE(first);
        REQUIRE(second);
        Answer answer;
        co_await read_body(**first, answer);
        co_await read_body(**second, answer);
        CHECK(answer.body == "hellohello");
        first->reset();
        second->reset();
        CHECK(client.stats().opened == 2);
        CHECK(client.stats().idle == 1);
    });
}

TEST_CASE("Client: an answer that ends with its connection is read to its end",
          "[upstream][client]") {
    ScriptedServer server([](Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.0 200 OK\r\n\r\nall of it");
    });

    const auto answer = ask_once(server.url(), get("/"), patient());

    CHECK(answer.complaint() == "");
    CHECK(answer.body == "all of it");
}

TEST_CASE("Client: a chunked answer may be cut anywhere on the way", "[upstream][client]") {
    const std::string wire =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5;ext=1\r\nhello\r\n7\r\n, world\r\n0\r\nX-Trailer: dropped\r\n\r\n";
    const auto piece_bytes = GENERATE(as<std::size_t>(), 1, 2, 3, 7, 50, 1000);
    CAPTURE(piece_bytes);
    ScriptedServer server([&](Peer& peer) {
        while (!peer.read_request().empty())
            peer.write_in_pieces(wire, piece_bytes);
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        for (int i = 0; i < 2; ++i) {
            const auto answer = co_await ask(client, to, request);
            CHECK(answer.complaint() == "");
            CHECK(answer.body == "hello, world");
        }
        CHECK(client.stats().opened == 1);
    });
}

TEST_CASE("Client: answers without a body leave the connection usable", "[upstream][client]") {
    const auto [method, wire] = GENERATE(table<std::string, std::string>(
        {{"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Encoding: gzip\r\n\r\n"},
         {"HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"},
         {"GET", "HTTP/1.1 204 No Content\r\n\r\n"},
         {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n"},
         {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
         {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Encoding: gzip\r\n\r\n"}}));
    CAPTURE(method, wire);
    ScriptedServer server([&, text = wire](Peer& peer) {
        while (!peer.read_request().empty())
            peer.write(text);
    });
    const Address to = address_of(server.url());

    on_loop([&, verb = method](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        auto request = get("/");
        request.method = verb;
        for (int i = 0; i < 3; ++i) {
            const auto answer = co_await ask(client, to, request);
            CHECK(answer.complaint() == "");
            CHECK(answer.body.empty());
        }
        CHECK(client.stats().opened == 1);
    });
}

TEST_CASE("Client: interim answers are skipped", "[upstream][client]") {
    ScriptedServer server([](Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        peer.write(kHello);
    });

    const auto answer = ask_once(server.url(), get("/"), patient());

    CHECK(answer.status == 200);
    CHECK(answer.field("Link") == "(none)");
    CHECK(answer.body == "hello");
}

TEST_CASE("Client: a flood of interim answers is an error", "[upstream][client]") {
    ScriptedServer server([](Peer& peer) {
        peer.read_request();
        for (int i = 0; i < 100; ++i)
            peer.write("HTTP/1.1 100 Continue\r\n\r\n");
        peer.write(kHello);
    });

    const auto answer = ask_once(server.url(), get("/"), patient());

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::broken);
}

TEST_CASE("Client: a head larger than the usual buffer arrives, body and all",
          "[upstream][client]") {
    const auto value_bytes = GENERATE(as<std::size_t>(), 7000, 9000, 16300, 16360, 20000, 30000);
    CAPTURE(value_bytes);
    const std::string value(value_bytes, 'v');
    const std::string body(100'000, 'b');
    ScriptedServer server([&](Peer& peer) {
        while (!peer.read_request().empty()) {
            peer.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX-Long: " + value +
                       "\r\nContent-Length: 100000\r\n\r\n" + body);
        }
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        for (int i = 0; i < 2; ++i) {
            const auto answer = co_await ask(client, to, request);
            CHECK(answer.complaint() == "");
            CHECK(answer.field("X-Long") == value);
            CHECK((answer.body == body));
        }
        CHECK(client.stats().opened == 1);
    });
}

TEST_CASE("Client: a head stays readable while its body is read", "[upstream][client]") {
    const std::string body(1'000'000, 'b');
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nX-Id: still here\r\nContent-Length: 1000000\r\n\r\n" + body);
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        auto exchange = co_await client.exchange(to, request);
        REQUIRE(exchange);
        Answer answer;
        co_await read_body(**exchange, answer);
        CHECK((answer.body == body));
        CHECK(answer.largest_piece <= 64 * 1024);
        CHECK((*exchange)->head().fields.find("x-id") == "still here");
    });
}

TEST_CASE("Client: malformed answers are refused", "[upstream][client]") {
    const auto wire =
        GENERATE(as<std::string>(),
                 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
                 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                 "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
                 "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n",
                 "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
                 "HTTP/1.1 2000 OK\r\n\r\n",
                 "HTTP/2 200\r\n\r\n",
                 "SSH-2.0-OpenSSH\r\n",
                 "\r\n\r\n\r\n",
                 "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
    CAPTURE(wire);
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write(wire);
        peer.sees_close();
    });

    const auto answer = ask_once(server.url(), get("/"), patient());

    REQUIRE(answer.error);
    CHECK(answer.status == 0);
    CHECK(answer.error->code == ErrorCode::broken);
    CHECK(answer.error->origin == Origin::upstream);
    CHECK(server.connections() == 1);
}

TEST_CASE("Client: a request that would break its message is not sent", "[upstream][client]") {
    ScriptedServer server([](Peer& peer) { peer.sees_close(); });
    auto request = get("/");
    const http::Field fields[] = {{"X-Split", "a\r\nInjected: yes"}};
    SECTION("method") {
        request.method = "GET /x";
    }
    SECTION("target") {
        request.target = "/x HTTP/1.1\r\nInjected: yes";
    }
    SECTION("empty target") {
        request.target = "";
    }
    SECTION("field") {
        request.fields = fields;
    }

    const auto answer = ask_once(server.url(), request, patient());

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::malformed);
}

TEST_CASE("Client: a port where nobody listens is unreachable", "[upstream][client]") {
    const tests::HeldPort port;

    const auto answer = ask_once(port.url(), get("/"), patient());

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::unreachable);
    CHECK(answer.error->origin == Origin::upstream);
    CHECK(answer.error->retry == Retry::always);
    CHECK(answer.error->message.find("127.0.0.1") != std::string::npos);
}

TEST_CASE("Client: a name is resolved, and each of its addresses tried", "[upstream][client]") {
    ScriptedServer server([](Peer& peer) {
        peer.read_request();
        peer.write(kHello);
    });

    // localhost may be ::1 first, where this server does not listen.
    const auto answer =
        ask_once("http://localhost:" + std::to_string(server.port()), get("/"), patient());

    CHECK(answer.complaint() == "");
    CHECK(answer.body == "hello");
}

TEST_CASE("Client: a name that does not exist is unreachable", "[upstream][client]") {
    Options options = patient();
    options.connect_timeout =
        std::chrono::seconds(60);  // a name server may take its time to say no

    const auto answer = ask_once("http://nobody.invalid", get("/"), options);

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::unreachable);
    CHECK(answer.error->message.find("nobody.invalid") != std::string::npos);
}

}  // namespace
}  // namespace refrain::upstream
