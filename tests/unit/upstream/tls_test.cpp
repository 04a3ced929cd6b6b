#include "net/tls_context.hpp"
#include "support/certificates.hpp"
#include "unit/upstream/on_loop.hpp"
#include "unit/upstream/scripted_server.hpp"

#include <openssl/ssl.h>

namespace refrain::upstream {
namespace {

using namespace refrain::upstream::testing;
using tests::Authority;
using tests::CertificateWish;

constexpr std::string_view kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

const Authority& authority() {
    static const Authority one;
    return one;
}

std::shared_ptr<net::TlsContext> trusting(const std::string& ca_file) {
    auto context = net::TlsContext::for_client(ca_file);
    REQUIRE(context);
    return *context;
}

std::string url_of(const ScriptedServer& server, const std::string& host) {
    return "https://" + host + ":" + std::to_string(server.port());
}

void say_hello(Peer& peer) {
    if (!peer.begin_tls()) return;
    while (!peer.read_request().empty())
        peer.write(kHello);
}

TEST_CASE("TLS: a verified upstream is asked, on one connection, again and again",
          "[upstream][tls]") {
    const auto version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
    const auto host = GENERATE(as<std::string>(), "127.0.0.1", "localhost");
    CAPTURE(version, host);
    const auto context = authority().serve();
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
    ScriptedServer server(say_hello, context.get());
    const auto tls = trusting(authority().ca_file());
    const Address to = address_of(url_of(server, host));

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, tls, patient());
        const auto request = post("/", "{}");
        for (int i = 0; i < 4; ++i) {
            const auto answer = co_await ask(client, to, request);
            CHECK(answer.complaint() == "");
            CHECK(answer.body == "hello");
        }
        CHECK(client.stats().opened == 1);
        CHECK(client.stats().reused == 3);
    });
}

TEST_CASE("TLS: a name is sent as SNI, an address is not", "[upstream][tls]") {
    const auto [host, expected] =
        GENERATE(table<std::string, std::string>({{"localhost", "localhost"}, {"127.0.0.1", ""}}));
    const auto context = authority().serve();
    Note sni;
    ScriptedServer server(
        [&](Peer& peer) {
            if (!peer.begin_tls()) return;
            sni = peer.sni();
            peer.read_request();
            peer.write(kHello);
        },
        context.get());

    const auto answer =
        ask_once(url_of(server, host), get("/"), patient(), trusting(authority().ca_file()));

    CHECK(answer.body == "hello");
    CHECK(sni.text() == expected);
}

TEST_CASE("TLS: a certificate that proves nothing is refused with a sentence", "[upstream][tls]") {
    struct Case {
        CertificateWish wish;
        std::string host;
        bool trusted;
        std::string sentence;
    };
    const Authority stranger;
    const Case one =
        GENERATE(Case{{"DNS:other.example"}, "localhost", true, "hostname mismatch"},
                 Case{{"DNS:other.example"}, "127.0.0.1", true, "IP address mismatch"},
                 Case{{"DNS:*"}, "localhost", true, "hostname mismatch"},
                 Case{{"DNS:127.0.0.1"}, "127.0.0.1", true, "IP address mismatch"},
                 Case{{"DNS:localhost", -20, -10}, "localhost", true, "certificate has expired"},
                 Case{{"DNS:localhost", 10, 20}, "localhost", true, "certificate is not yet valid"},
                 Case{{"DNS:localhost"}, "localhost", false, "certificate signature failure"});
    CAPTURE(one.wish.names, one.host, one.sentence);
    const auto context = authority().serve(one.wish);
    std::atomic<bool> asked = false;
    ScriptedServer server(
        [&](Peer& peer) {
            if (peer.begin_tls() && !peer.read_head().empty()) asked = true;
        },
        context.get());

    const auto answer =
        ask_once(url_of(server, one.host),
                 get("/"),
                 patient(),
                 trusting(one.trusted ? authority().ca_file() : stranger.ca_file()));

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::unreachable);
    CHECK(answer.error->origin == Origin::upstream);
    CHECK_THAT(answer.error->message, Catch::Contains(one.sentence) && Catch::Contains(one.host));
    CHECK_FALSE(asked);
}

TEST_CASE("TLS: the system's trust store does not know a test authority", "[upstream][tls]") {
    const auto context = authority().serve();
    ScriptedServer server(say_hello, context.get());

    const auto answer = ask_once(url_of(server, "localhost"), get("/"), patient(), trusting(""));

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::unreachable);
}

TEST_CASE("TLS: versions before 1.2 are refused", "[upstream][tls]") {
    const auto context = authority().serve();
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
    ScriptedServer server(say_hello, context.get());

    const auto answer =
        ask_once(url_of(server, "localhost"), get("/"), patient(), trusting(authority().ca_file()));

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::unreachable);
    CHECK_THAT(answer.error->message, Catch::Contains("version"));
}

TEST_CASE("TLS: a peer that does not speak it is unreachable", "[upstream][tls]") {
    const auto said =
        GENERATE(as<std::string>(), "", "HTTP/1.1 400 Bad Request\r\n\r\n", "\x15\x03");
    CAPTURE(said);
    ScriptedServer server([&](Peer& peer) { peer.write(said); });

    const auto answer = ask_once(url_of(server, "127.0.0.1"), get("/"), patient(), trusting(""));

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::unreachable);
}

TEST_CASE("TLS: a handshake that stalls times out", "[upstream][tls]") {
    Flag closed;
    ScriptedServer server([&](Peer& peer) {
        if (peer.sees_close()) closed.raise();
    });
    Options options = patient();
    options.connect_timeout = std::chrono::seconds(1);  // the handshake has to begin in it

    const auto answer = ask_once(url_of(server, "127.0.0.1"), get("/"), options, trusting(""));

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::timeout);
    CHECK_THAT(answer.error->message, Catch::Contains("TLS handshake"));
    CHECK(closed.wait());
}

TEST_CASE("TLS: without a context an https address is unreachable", "[upstream][tls]") {
    ScriptedServer server([](Peer& peer) { peer.sees_close(); });

    const auto answer = ask_once(url_of(server, "127.0.0.1"), get("/"), patient());

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::unreachable);
}

TEST_CASE("TLS: a body until close ends with close_notify, not with a cut", "[upstream][tls]") {
    const bool notified = GENERATE(true, false);
    const auto context = authority().serve();
    ScriptedServer server(
        [&](Peer& peer) {
            if (!peer.begin_tls()) return;
            peer.read_request();
            peer.write("HTTP/1.1 200 OK\r\n\r\nall of it");
            if (!notified) peer.shutdown_write();
        },
        context.get());

    const auto answer =
        ask_once(url_of(server, "localhost"), get("/"), patient(), trusting(authority().ca_file()));

    CHECK(answer.body == "all of it");
    CHECK(answer.error.has_value() == !notified);
}

TEST_CASE("TLS: answers cut in a head or in a body are errors", "[upstream][tls]") {
    const auto wire =
        GENERATE(as<std::string>(),
                 "",
                 "HTTP/1.1 200 OK\r\n",
                 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    CAPTURE(wire);
    const auto context = authority().serve();
    ScriptedServer server(
        [&](Peer& peer) {
            if (!peer.begin_tls()) return;
            peer.read_request();
            peer.write(wire);
        },
        context.get());

    const auto answer =
        ask_once(url_of(server, "localhost"), get("/"), patient(), trusting(authority().ca_file()));

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::broken);
}

TEST_CASE("TLS: a reused connection that dies before a byte is replaced once", "[upstream][tls]") {
    const bool idle = GENERATE(true, false);
    const auto context = authority().serve();
    Flag closed;
    ScriptedServer server(
        [&](Peer& peer) {
            if (!peer.begin_tls()) return;
            peer.read_request();
            peer.write(kHello);
            if (peer.number() > 0) return;
            if (!idle) peer.read_request();
            peer.close();
            closed.raise();
        },
        context.get());
    const auto tls = trusting(authority().ca_file());
    const Address to = address_of(url_of(server, "localhost"));

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Client client(loop, tls, patient());
        const auto request = post("/", "{}");
        auto answer = co_await ask(client, to, request);
        CHECK(answer.body == "hello");
        if (idle) {
            CHECK(closed.wait());
            co_await net::sleep_for(std::chrono::milliseconds(50));  // the close has to arrive
        }
        answer = co_await ask(client, to, request);
        CHECK(answer.complaint() == "");
        CHECK(answer.body == "hello");
        CHECK(client.stats().opened == 2);
        CHECK(client.stats().reused == (idle ? 0 : 1));
    });
}

TEST_CASE("TLS: large bodies pass both ways", "[upstream][tls]") {
    const std::string body(5'000'000, 'b');
    const auto context = authority().serve();
    std::atomic<std::size_t> received = 0;
    ScriptedServer server(
        [&](Peer& peer) {
            if (!peer.begin_tls()) return;
            const auto seen = peer.read_request();
            received = seen.size() - seen.find("\r\n\r\n") - 4;
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n");
            peer.write_in_pieces(body, 100'000);
        },
        context.get());

    const auto answer = ask_once(
        url_of(server, "localhost"), post("/", body), patient(), trusting(authority().ca_file()));

    CHECK(received == body.size());
    CHECK(answer.complaint() == "");
    CHECK((answer.body == body));
    CHECK(answer.largest_piece <= 64 * 1024);
}

TEST_CASE("TLS: cancelling while the head is awaited closes at once", "[upstream][tls]") {
    const auto context = authority().serve();
    Flag closed;
    std::atomic<net::Loop*> running = nullptr;
    Cancellation cancellation;
    ScriptedServer server(
        [&](Peer& peer) {
            if (!peer.begin_tls()) return;
            peer.read_request();
            running.load()->post([&] { cancellation.cancel(); });
            if (peer.sees_close()) closed.raise();
        },
        context.get());
    const auto tls = trusting(authority().ca_file());
    const Address to = address_of(url_of(server, "localhost"));

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        running = &loop;
        Client client(loop, tls, patient());
        auto request = get("/");
        request.cancellation = &cancellation;
        const auto answer = co_await ask(client, to, request);
        REQUIRE(answer.error);
        CHECK(answer.error->code == ErrorCode::cancelled);
        CHECK(closed.wait());
    });
}

TEST_CASE("TLS: a trust file that is missing or empty is an error with its name",
          "[upstream][tls]") {
    const auto path = GENERATE(as<std::string>(), "/nowhere/ca.pem", "/dev/null");

    const auto context = net::TlsContext::for_client(path);

    REQUIRE_FALSE(context);
    CHECK_THAT(context.error().message, Catch::Contains(path));
}

}  // namespace
}  // namespace refrain::upstream
