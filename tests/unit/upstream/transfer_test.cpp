#include "net/signal.hpp"
#include "net/tls_context.hpp"
#include "support/certificates.hpp"
#include "unit/upstream/on_loop.hpp"
#include "unit/upstream/scripted_server.hpp"

namespace refrain::upstream {
namespace {

using namespace refrain::upstream::testing;
using std::chrono::milliseconds;
using tests::Authority;

constexpr std::string_view kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

std::string body_of(const std::string& message) {
    return message.substr(message.find("\r\n\r\n") + 4);
}

// ---- Uploads in pieces

TEST_CASE("Upload: pieces go out as chunks, and the connection is kept", "[upstream][upload]") {
    Note seen;
    ScriptedServer server([&](Peer& peer) {
        seen = peer.read_request();
        peer.write(kHello);
        peer.sees_close();
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = post("/upload", "");
        auto exchange = co_await client.open(to, request, std::nullopt);
        REQUIRE(exchange);
        for (const std::string_view piece : {"one", "", "twelve bytes"}) {
            const auto sent = co_await (*exchange)->write_body(piece);
            CHECK(sent);
        }
        const auto finished = co_await (*exchange)->finish_body();
        CHECK(finished);
        const auto read = co_await (*exchange)->read_head();
        REQUIRE(read);
        Answer answer;
        co_await read_body(**exchange, answer);
        CHECK(answer.body == "hello");
        exchange->reset();
        CHECK(client.stats().idle == 1);
    });

    CHECK(seen.text().find("Transfer-Encoding: chunked\r\n") != std::string::npos);
    CHECK(seen.text().find("Content-Length") == std::string::npos);
    CHECK(body_of(seen.text()) == "3\r\none\r\nc\r\ntwelve bytes\r\n0\r\n\r\n");
}

TEST_CASE("Upload: a body of known length goes out as it is", "[upstream][upload]") {
    Note seen;
    ScriptedServer server([&](Peer& peer) {
        seen = peer.read_request();
        peer.write(kHello);
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = post("/upload", "");
        auto exchange = co_await client.open(to, request, 6);
        REQUIRE(exchange);
        auto sent = co_await (*exchange)->write_body("one");
        CHECK(sent);
        sent = co_await (*exchange)->write_body("four");
        REQUIRE_FALSE(sent);
        CHECK(sent.error().code == ErrorCode::malformed);
        sent = co_await (*exchange)->write_body("two");
        CHECK(sent);
        sent = co_await (*exchange)->finish_body();
        CHECK(sent);
        const auto read = co_await (*exchange)->read_head();
        CHECK(read);
    });

    CHECK(seen.text().find("Content-Length: 6\r\n") != std::string::npos);
    CHECK(body_of(seen.text()) == "onetwo");
}

TEST_CASE("Upload: a body shorter than announced ends its connection", "[upstream][upload]") {
    Flag closed;
    ScriptedServer server([&](Peer& peer) {
        peer.read_head();
        if (peer.sees_close()) closed.raise();
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = post("/upload", "");
        auto exchange = co_await client.open(to, request, 6);
        REQUIRE(exchange);
        auto sent = co_await (*exchange)->write_body("one");
        CHECK(sent);
        sent = co_await (*exchange)->finish_body();
        REQUIRE_FALSE(sent);
        CHECK(sent.error().code == ErrorCode::malformed);
        CHECK(closed.wait());
    });
}

TEST_CASE("Upload: a refusal before the body was sent is read", "[upstream][upload]") {
    enum class After { keep_open, close };
    const auto after = GENERATE(After::keep_open, After::close);
    const bool in_pieces = GENERATE(false, true);
    const bool encrypted = GENERATE(false, true);
    CAPTURE(static_cast<int>(after), in_pieces, encrypted);
    const Authority authority;
    const auto context = authority.serve();
    Flag done;
    ScriptedServer server(
        [&](Peer& peer) {
            if (encrypted && !peer.begin_tls()) return;
            peer.read_head();
            peer.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 7\r\n\r\ntoo big");
            // Closing with unread bytes resets: what was sent before must still be seen.
            if (after == After::keep_open) done.wait();
        },
        context.get());
    const Address to = address_of((encrypted ? "https" : "http") + std::string("://127.0.0.1:") +
                                  std::to_string(server.port()));
    const auto tls = net::TlsContext::for_client(authority.ca_file());
    const std::string body(64 * 1024 * 1024, 'b');
    Answer answer;

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, *tls, patient());
        if (!in_pieces) {
            const auto request = post("/", body);
            answer = co_await ask(client, to, request);
        } else {
            const auto request = post("/", "");
            auto exchange = co_await client.open(to, request, std::nullopt);
            REQUIRE(exchange);
            auto sent = co_await (*exchange)->write_body(body);
            CHECK_FALSE(sent);
            sent = co_await (*exchange)->write_body(body);
            CHECK_FALSE(sent);
            sent = co_await (*exchange)->finish_body();
            CHECK_FALSE(sent);
            const auto read = co_await (*exchange)->read_head();
            REQUIRE(read);
            note_head(**exchange, answer);
            co_await read_body(**exchange, answer);
        }
        CHECK(client.stats().idle == 0);
    });
    done.raise();

    CHECK(answer.complaint() == "");
    CHECK(answer.status == 413);
    CHECK(answer.body == "too big");
}

TEST_CASE("Upload: a peer that takes nothing makes the writer wait", "[upstream][upload]") {
    Flag done;
    ScriptedServer server([&](Peer& peer) {
        peer.read_head();
        done.wait();
    });
    const Address to = address_of(server.url());
    std::size_t taken = 0;

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Options options = patient();
        options.between_bytes_timeout = milliseconds(150);
        Client client(loop, nullptr, options);
        const auto request = post("/", "");
        auto exchange = co_await client.open(to, request, std::nullopt);
        REQUIRE(exchange);
        const std::string piece(64 * 1024, 'p');
        Result<void> sent;
        while (sent && taken < 1'000'000'000) {
            sent = co_await (*exchange)->write_body(piece);
            taken += piece.size();
        }
        REQUIRE_FALSE(sent);
        CHECK(sent.error().code == ErrorCode::timeout);
    });
    done.raise();

    CHECK(taken < 64 * 1024 * 1024);
}

// ---- Downloads

TEST_CASE("Download: a caller that reads nothing makes the peer wait", "[upstream][download]") {
    constexpr std::size_t kWhole = 200'000'000;
    std::atomic<std::size_t> taken = 0;
    Flag stalled;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n");
        const std::string body(kWhole, 'b');
        taken = peer.write_until_stalled(body);
        stalled.raise();
        peer.write(std::string_view(body).substr(taken));
    });
    const Address to = address_of(server.url());
    std::size_t received = 0;

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        auto exchange = co_await client.exchange(to, request);
        REQUIRE(exchange);
        CHECK(stalled.wait());
        while (true) {
            const auto piece = co_await (*exchange)->read_some();
            REQUIRE(piece);
            if (piece->empty()) break;
            CHECKED_IF(piece->size() <= 64 * 1024) {
                received += piece->size();
            }
        }
    });

    CHECK(taken < 64'000'000);
    CHECK(received == kWhole);
}

TEST_CASE("Download: events arrive one by one, as they were framed", "[upstream][download]") {
    Flag next;
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n");
        next.wait();
        peer.write("9\r\ndata: 2\n\n\r\n9\r\ndata: 3\n\n\r\n0\r\n\r\n");
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        auto exchange = co_await client.exchange(to, request);
        REQUIRE(exchange);
        for (const std::string_view expected : {"data: 1\n\n", "data: 2\n\n", "data: 3\n\n", ""}) {
            const auto piece = co_await (*exchange)->read_some();
            REQUIRE(piece);
            CHECK(*piece == expected);
            next.raise();
        }
    });
}

TEST_CASE("Download: coded bodies are decoded, and their fields go", "[upstream][download]") {
    // printf 'hello' | gzip -n, in two chunks.
    const std::string gzip(
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00"
        "\x86\xa6\x10\x36\x05\x00\x00\x00",
        25);
    const bool cut = GENERATE(false, true);
    const std::string coded = cut ? gzip.substr(0, 20) : gzip;
    ScriptedServer server([&](Peer& peer) {
        while (!peer.read_request().empty()) {
            peer.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nX-Id: 1\r\nContent-Length: " +
                       std::to_string(coded.size()) + "\r\n\r\n");
            peer.write_in_pieces(coded, 3);
        }
    });
    const Address to = address_of(server.url());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, nullptr, patient());
        const auto request = get("/");
        const auto answer = co_await ask(client, to, request);
        CHECK(answer.body == "hello");
        CHECK(answer.field("Content-Encoding") == "(none)");
        CHECK(answer.field("Content-Length") == "(none)");
        CHECK(answer.field("X-Id") == "1");
        CHECK(answer.error.has_value() == cut);
        CHECK(client.stats().idle == (cut ? 0 : 1));
    });
}

TEST_CASE("Download: damaged codings are errors, unknown ones stay", "[upstream][download]") {
    const auto [coding, broken] = GENERATE(table<std::string, bool>({{"gzip", true},
                                                                     {"br", true},
                                                                     {"deflate", true},
                                                                     {"zstd", false},
                                                                     {"identity", false},
                                                                     {"gzip, br", false}}));
    CAPTURE(coding);
    ScriptedServer server([&, name = coding](Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Encoding: " + name +
                   "\r\nContent-Length: 5\r\n\r\nhello");
        peer.sees_close();
    });

    const auto answer = ask_once(server.url(), get("/"), patient());

    CHECK(answer.error.has_value() == broken);
    if (broken) {
        CHECK(answer.error->code == ErrorCode::broken);
    } else {
        CHECK(answer.field("Content-Encoding") == coding);
        CHECK(answer.field("Content-Length") == "5");
        CHECK(answer.body == "hello");
    }
}

TEST_CASE("Download: without decode a coded body passes as it is", "[upstream][download]") {
    ScriptedServer server([&](Peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello");
    });
    Options options = patient();
    options.decode = false;

    const auto answer = ask_once(server.url(), get("/"), options);

    CHECK(answer.complaint() == "");
    CHECK(answer.field("Content-Encoding") == "gzip");
    CHECK(answer.body == "hello");
}

// ---- Tunnels

TEST_CASE("Upgrade: after a 101 bytes go both ways, the first ones included",
          "[upstream][upgrade]") {
    const bool encrypted = GENERATE(false, true);
    CAPTURE(encrypted);
    const Authority authority;
    const auto context = authority.serve();
    Note head;
    Note rest;
    ScriptedServer server(
        [&](Peer& peer) {
            if (encrypted && !peer.begin_tls()) return;
            head = peer.read_head();
            peer.write(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                "Connection: upgrade\r\n\r\nfirst");
            for (int i = 0; i < 3; ++i)
                peer.write(peer.read_bytes(4));
            rest = peer.read_to_end();
            peer.write("last");
        },
        context.get());
    const Address to = address_of((encrypted ? "https" : "http") + std::string("://127.0.0.1:") +
                                  std::to_string(server.port()));
    const auto tls = net::TlsContext::for_client(authority.ca_file());

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, *tls, patient());
        const http::Field fields[] = {{"Connection", "keep-alive, Upgrade"},
                                      {"Upgrade", "websocket"},
                                      {"Sec-WebSocket-Key", "abc"}};
        auto request = get("/socket");
        request.fields = fields;
        request.upgrade = true;
        auto exchange = co_await client.exchange(to, request);
        REQUIRE(exchange);
        CHECK((*exchange)->head().status == 101);
        CHECK((*exchange)->head().fields.find("Upgrade") == "websocket");
        auto piece = co_await (*exchange)->read_raw();
        REQUIRE(piece);
        std::string got(*piece);
        while (got.size() < 5) {
            piece = co_await (*exchange)->read_raw();
            REQUIRE(piece);
            got += *piece;
        }
        CHECK(got == "first");
        for (const std::string_view word : {"ping", "pong", "done"}) {
            const auto sent = co_await (*exchange)->write_raw(word);
            CHECK(sent);
            piece = co_await (*exchange)->read_raw();
            REQUIRE(piece);
            CHECK(*piece == word);
        }
        const auto sent = co_await (*exchange)->write_raw("bye");
        CHECK(sent);
        (*exchange)->shutdown_raw();
        got.clear();
        while (true) {
            piece = co_await (*exchange)->read_raw();
            REQUIRE(piece);
            if (piece->empty()) break;
            got += *piece;
        }
        CHECK(got == "last");
        exchange->reset();
        CHECK(client.stats().idle == 0);
    });

    CHECK(rest.text() == "bye");
    CHECK(head.text().find("\r\nConnection: upgrade\r\nUpgrade: websocket\r\n") !=
          std::string::npos);
    CHECK(head.text().find("Sec-WebSocket-Key: abc\r\n") != std::string::npos);
}

TEST_CASE("Upgrade: both directions may be busy at once", "[upstream][upgrade]") {
    const bool encrypted = GENERATE(false, true);
    CAPTURE(encrypted);
    constexpr std::size_t kWhole = 20'000'000;
    const Authority authority;
    const auto context = authority.serve();
    ScriptedServer server(
        [&](Peer& peer) {
            if (encrypted && !peer.begin_tls()) return;
            peer.read_head();
            peer.write(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
            std::size_t left = kWhole;
            while (left > 0) {
                const auto bytes = peer.read_bytes(std::min<std::size_t>(left, 50'000));
                if (bytes.empty()) return;
                peer.write(bytes);
                left -= bytes.size();
            }
        },
        context.get());
    const Address to = address_of((encrypted ? "https" : "http") + std::string("://127.0.0.1:") +
                                  std::to_string(server.port()));
    const auto tls = net::TlsContext::for_client(authority.ca_file());
    std::size_t received = 0;

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, *tls, patient());
        const http::Field fields[] = {{"Connection", "upgrade"}, {"Upgrade", "x"}};
        auto request = get("/");
        request.fields = fields;
        request.upgrade = true;
        auto exchange = co_await client.exchange(to, request);
        REQUIRE(exchange);
        net::Signal written(loop);
        auto write = [&]() -> net::Task<void> {
            const std::string piece(100'000, 'w');
            for (std::size_t sent = 0; sent < kWhole; sent += piece.size()) {
                const auto done = co_await (*exchange)->write_raw(piece);
                REQUIRE(done);
            }
            written.notify();
        };
        loop.spawn(write());
        while (received < kWhole) {
            const auto piece = co_await (*exchange)->read_raw();
            REQUIRE(piece);
            REQUIRE_FALSE(piece->empty());
            received += piece->size();
        }
        co_await written.wait();
    });

    CHECK(received == kWhole);
}

TEST_CASE("Upgrade: an answer that declines is an ordinary answer", "[upstream][upgrade]") {
    ScriptedServer server([](Peer& peer) {
        while (!peer.read_request().empty())
            peer.write(kHello);
    });
    auto request = get("/");
    const http::Field fields[] = {{"Connection", "upgrade"}, {"Upgrade", "x"}};
    request.fields = fields;
    request.upgrade = true;

    const auto answer = ask_once(server.url(), request, patient());

    CHECK(answer.complaint() == "");
    CHECK(answer.body == "hello");
}

}  // namespace
}  // namespace refrain::upstream
