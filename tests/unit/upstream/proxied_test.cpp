#include "net/tls_context.hpp"
#include "support/certificates.hpp"
#include "support/held_port.hpp"
#include "unit/upstream/on_loop.hpp"
#include "unit/upstream/scripted_server.hpp"

namespace refrain::upstream {
namespace {

using namespace refrain::upstream::testing;
using tests::Authority;

constexpr std::string_view kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

std::string proxy_setting(const ScriptedServer& proxy) {
    return "http://user:pass@127.0.0.1:" + std::to_string(proxy.port());
}

TEST_CASE("Proxied: https goes through a tunnel, and the tunnel is kept", "[upstream][proxied]") {
    const Authority authority;
    const auto context = authority.serve({.names = "DNS:api.example"});
    Note tunnel;
    Note request_head;
    ScriptedServer proxy(
        [&](Peer& peer) {
            tunnel = peer.read_head();
            peer.write("HTTP/1.1 200 Connection established\r\nProxy-Agent: test\r\n\r\n");
            if (!peer.begin_tls()) return;
            while (true) {
                const auto head = peer.read_request();
                if (head.empty()) return;
                request_head = head;
                peer.write(kHello);
            }
        },
        context.get());
    const auto tls = net::TlsContext::for_client(authority.ca_file());
    REQUIRE(tls);
    const Address to = address_of("https://api.example/base");

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Options options = patient();
        options.https_proxy = proxy_setting(proxy);
        Client client(loop, *tls, options);
        const auto request = get("/x");
        for (int i = 0; i < 2; ++i) {
            const auto answer = co_await ask(client, to, request);
            CHECK(answer.complaint() == "");
            CHECK(answer.body == "hello");
        }
        CHECK(client.stats().opened == 1);
    });

    CHECK(tunnel.text() ==
          "CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\n"
          "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n");
    CHECK(request_head.text() == "GET /base/x HTTP/1.1\r\nHost: api.example\r\n\r\n");
}

TEST_CASE("Proxied: the certificate behind the tunnel must be the target's",
          "[upstream][proxied]") {
    const Authority authority;
    const auto context = authority.serve({.names = "DNS:proxy.example,IP:127.0.0.1"});
    ScriptedServer proxy(
        [&](Peer& peer) {
            peer.read_head();
            peer.write("HTTP/1.1 200 OK\r\n\r\n");
            if (peer.begin_tls()) peer.sees_close();
        },
        context.get());
    const auto tls = net::TlsContext::for_client(authority.ca_file());
    Options options = patient();
    options.https_proxy = proxy_setting(proxy);

    const auto answer = ask_once("https://api.example", get("/"), options, *tls);

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::unreachable);
    CHECK_THAT(answer.error->message, Catch::Contains("hostname mismatch"));
}

TEST_CASE("Proxied: a proxy that opens no tunnel is named in the error", "[upstream][proxied]") {
    const auto [said, sentence] = GENERATE(table<std::string, std::string>(
        {{"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "status 407"},
         {"HTTP/1.1 403 Forbidden\r\n\r\n", "status 403"},
         {"HTTP/1.1 200 OK\r\n\r\nextra", "bytes of its own"},
         {"", "closed"},
         {"SSH-2.0-x\r\n", "does not speak HTTP"}}));
    CAPTURE(said);
    ScriptedServer proxy([&, text = said](Peer& peer) {
        peer.read_head();
        peer.write(text);
    });
    const auto tls = net::TlsContext::for_client("");
    Options options = patient();
    options.https_proxy = proxy_setting(proxy);

    const auto answer = ask_once("https://api.example", get("/"), options, *tls);

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::unreachable);
    CHECK_THAT(answer.error->message,
               Catch::Contains(sentence) && Catch::Contains(std::to_string(proxy.port())) &&
                   !Catch::Contains("pass"));
}

TEST_CASE("Proxied: a proxy that says nothing times out", "[upstream][proxied]") {
    ScriptedServer proxy([](Peer& peer) { peer.sees_close(); });
    const auto tls = net::TlsContext::for_client("");
    Options options = patient();
    options.https_proxy = proxy_setting(proxy);
    options.connect_timeout = std::chrono::seconds(1);  // the proxy has to be reached in it

    const auto answer = ask_once("https://api.example", get("/"), options, *tls);

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::timeout);
    CHECK_THAT(answer.error->message, Catch::Contains("proxy"));
}

TEST_CASE("Proxied: plain http names the whole URL to its proxy", "[upstream][proxied]") {
    Note seen;
    ScriptedServer proxy([&](Peer& peer) {
        while (true) {
            const auto head = peer.read_request();
            if (head.empty()) return;
            seen = head;
            peer.write(kHello);
        }
    });
    const Address to = address_of("http://api.example:8080/base");

    on_loop([&](net::Loop& loop) -> net::Task<void> {
        Options options = patient();
        options.http_proxy = proxy_setting(proxy);
        Client client(loop, nullptr, options);
        const http::Field fields[] = {{"Proxy-Authorization", "Basic theirs"}};
        auto request = get("/x?y=1");
        request.fields = fields;
        for (int i = 0; i < 2; ++i) {
            const auto answer = co_await ask(client, to, request);
            CHECK(answer.body == "hello");
            CHECK(seen.text() ==
                  "GET http://api.example:8080/base/x?y=1 HTTP/1.1\r\n"
                  "Host: api.example:8080\r\n"
                  "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n");
        }
        CHECK(client.stats().opened == 1);
    });
}

TEST_CASE("Proxied: NO_PROXY leads straight to the target", "[upstream][proxied]") {
    Note seen;
    ScriptedServer server([&](Peer& peer) {
        seen = peer.read_request();
        peer.write(kHello);
    });
    ScriptedServer proxy([](Peer&) {});
    Options options = patient();
    options.http_proxy = proxy_setting(proxy);
    options.no_proxy = "example.com, 127.0.0.1";

    const auto answer = ask_once(server.url(), get("/x"), options);

    CHECK(answer.body == "hello");
    CHECK(seen.text().starts_with("GET /x HTTP/1.1\r\n"));
    CHECK(proxy.connections() == 0);
}

TEST_CASE("Proxied: a proxy that is not there is unreachable", "[upstream][proxied]") {
    const tests::HeldPort proxy;
    Options options = patient();
    options.http_proxy = proxy.url();

    const auto answer = ask_once("http://api.example", get("/"), options);

    REQUIRE(answer.error);
    CHECK(answer.error->code == ErrorCode::unreachable);
}

}  // namespace
}  // namespace refrain::upstream
