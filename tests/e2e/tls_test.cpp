// A gateway with a certificate of its own: everything as in the clear, and nothing in the clear.
#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"
#include "e2e/speech.hpp"
#include "e2e/tls_client.hpp"
#include "support/certificates.hpp"

#include <catch2/catch.hpp>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <thread>

namespace refrain::tests {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

struct Secured {
    explicit Secured(Environment more = {}) : gateway(options(std::move(more))) {}

    Gateway::Options options(Environment environment) {
        environment.emplace("REFRAIN_SERVER_TLS_CERT", files.certificate);
        environment.emplace("REFRAIN_SERVER_TLS_KEY", files.key);
        return {data / "data", openai.url(), std::move(environment), {}, authority.ca_file()};
    }

    Authority authority;
    ScriptedUpstream openai;
    ScratchDir data;
    Authority::Files files = authority.write(data.path().string());
    Gateway gateway;
};

TEST_CASE("TLS: a miss, then a hit with the same bytes, over https", "[e2e][tls]") {
    Secured s;
    CHECK_THAT(s.gateway.url(), StartsWith("https://127.0.0.1:"));
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    const auto first = s.gateway.post(kChat, chat_request("Hi"));
    const auto second = s.gateway.post(kChat, chat_request("Hi"));
    CHECK(first.header("X-Cache") == "MISS");
    CHECK(second.header("X-Cache") == "HIT");
    CHECK(first.body == chat_answer("Hello"));
    CHECK(second.body == first.body);
    CHECK(s.openai.received() == 1);
}

TEST_CASE("TLS: answers, requests and recordings of every size pass whole", "[e2e][tls]") {
    Secured s;
    const auto size = GENERATE(as<std::size_t>(), 1, 8'192, 16'384, 40'000, 3'000'000);
    CAPTURE(size);
    const std::string text(size, 'x');
    s.openai.on("POST", kChat, [](const Seen& seen) {
        const auto heard = std::count(seen.body.begin(), seen.body.end(), 'x');
        return Reply::json(chat_answer(std::string(static_cast<std::size_t>(heard), 'y')));
    });
    const std::string request = chat_request(text);
    const auto first = s.gateway.post(kChat, request);
    const auto second = s.gateway.post(kChat, request);
    CHECK(first.status == 200);
    CHECK(first.body == chat_answer(std::string(size, 'y')));
    CHECK(second.header("X-Cache") != "MISS");  // a large answer may still be looked at
    CHECK(second.body == first.body);
    CHECK(s.openai.received() == 1);
}

TEST_CASE("TLS: speech comes by link, with ranges, and the link says https", "[e2e][tls]") {
    Secured s;
    const std::string wav = wav_of(200'000);
    s.openai.on("POST", kSpeech, sound(wav));
    const auto link = link_in(s.gateway.post(kSpeech, speech_request("Hello"), kAsLink));
    CHECK_THAT(link.at("url").get<std::string>(), StartsWith("https://"));
    CHECK(s.gateway.get(path_of(link)).body == wav);
    const auto part = s.gateway.get(path_of(link), {{"Range", "bytes=100000-199999"}});
    CHECK(part.status == 206);
    CHECK(part.body == wav.substr(100'000, 100'000));
}

TEST_CASE("TLS: events of a stream come as they are sent", "[e2e][tls]") {
    Secured s;
    Gate rest;
    s.openai.on("POST", kChat, chat_stream_until(rest, "Hello world"));
    TlsClient client(s.gateway.port(), s.authority.ca_file());
    REQUIRE(client.is_secure());
    client.post(kChat, chat_request("Hi", R"(,"stream":true)"));
    CHECK(client.read_until("assistant"));
    CHECK(client.received().find("[DONE]") == std::string::npos);
    rest.open();
    CHECK(client.read_until("[DONE]"));
}

TEST_CASE("TLS: requests that come together, or in bits, are answered in their order",
          "[e2e][tls]") {
    Secured s;
    s.openai.on("POST", kChat, [](const Seen& seen) {
        const bool second = seen.body.find("two") != std::string::npos;
        return Reply::json(chat_answer(second ? "answer 2" : "answer 1"));
    });
    TlsClient client(s.gateway.port(), s.authority.ca_file());
    for (int round = 0; round < 2; ++round) {  // misses, then hits
        const std::string one = chat_request("one");
        client.send("POST " + kChat + " HTTP/1.1\r\nHost: gateway\r\n");
        client.send("Authorization: Bearer sk-test\r\nContent-Type: application/json\r\n");
        client.send("Content-Length: " + std::to_string(one.size()) + "\r\n\r\n" +
                    one.substr(0, 9));
        client.send(one.substr(9));
        client.post(kChat, chat_request("two"));
        REQUIRE(client.read_until(round == 0 ? "answer 2" : "answer 1"));
    }
    REQUIRE(client.read_until("answer 2"));
    CHECK(client.received().find("answer 1") < client.received().find("answer 2"));
    CHECK(s.openai.received() == 2);
}

TEST_CASE("TLS: a client that reads slowly gets all of it", "[e2e][tls]") {
    Secured s;
    const std::string text(6'000'000, 'y');
    s.openai.on("POST", kChat, Reply::json(chat_answer(text)));
    for (int round = 0; round < 2; ++round) {
        TlsClient client(s.gateway.port(), s.authority.ca_file());
        client.post(kChat, chat_request("much"));
        // Until the sockets between are full.
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        CHECK(client.read_until(chat_answer(text)));
    }
    CHECK(s.openai.received() == 1);
}

TEST_CASE("TLS: a caller who leaves ends a call that only he wanted", "[e2e][tls]") {
    Secured s;
    Gate never;
    s.openai.on("POST",
                "/v1/threads",
                Reply::chunked(200, {{"Content-Type", "application/json"}}).chunk("{").wait(never));
    TlsClient client(s.gateway.port(), s.authority.ca_file());
    client.post("/v1/threads", "{}");
    REQUIRE(client.read_until("{"));
    client.close();
    CHECK(s.openai.wait_for_open_connections(0));
}

TEST_CASE("TLS: the end of a connection is told, so that nothing can be cut off", "[e2e][tls]") {
    Secured s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    const std::string request = chat_request("Hi");
    TlsClient client(s.gateway.port(), s.authority.ca_file());
    client.send("POST " + kChat + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n" +
                "Authorization: Bearer sk-test\r\nContent-Type: application/json\r\n" +
                "Content-Length: " + std::to_string(request.size()) + "\r\n\r\n" + request);
    CHECK(client.read_to_orderly_end());
    CHECK_THAT(client.received(), Contains("Hello"));
}

TEST_CASE("TLS: an answer that broke off ends without that word", "[e2e][tls]") {
    Secured s;
    s.openai.on("POST",
                "/v1/threads",
                Reply::chunked(200, {{"Content-Type", "application/json"}}).chunk("{").reset());
    TlsClient client(s.gateway.port(), s.authority.ca_file());
    client.post("/v1/threads", "{}");
    CHECK_FALSE(client.read_to_orderly_end());
    CHECK_THAT(client.received(), Contains("{"));
}

TEST_CASE("TLS: versions 1.2 and 1.3, http/1.1 by ALPN, nothing else", "[e2e][tls]") {
    Secured s;
    const std::string& ca = s.authority.ca_file();
    const int port = s.gateway.port();
    const TlsClient any(port, ca);
    CHECK(any.is_secure());
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const TlsClient client(port, ca, {version, "\x02h2\x08http/1.1"});
        CHECK(client.is_secure());
        CHECK(client.protocol() == "http/1.1");
    }
    CHECK_FALSE(TlsClient(port, ca, {TLS1_1_VERSION}).is_secure());
    CHECK_FALSE(TlsClient(port, ca, {0, "\x02h2"}).is_secure());
    CHECK_FALSE(TlsClient(port, ca, {0, "", "elsewhere.example"}).is_secure());
}

TEST_CASE("TLS: who asks in the clear is told what to do, and heard no further", "[e2e][tls]") {
    Secured s;
    RawClient client(s.gateway.port());
    client.post(kChat, chat_request("secret"));
    CHECK(client.read_to_end());
    CHECK_THAT(client.received(), StartsWith("HTTP/1.1 400 "));
    CHECK_THAT(client.received(), Contains("https://"));
    CHECK(s.openai.received() == 0);
}

TEST_CASE("TLS: bytes that are no handshake, and a handshake that never ends, end the connection",
          "[e2e][tls]") {
    Secured s(Environment{{"REFRAIN_SERVER_HEADER_TIMEOUT", "200ms"}});
    RawClient noise(s.gateway.port());
    noise.send(std::string(400, '\xee'));
    CHECK(noise.read_to_end());
    RawClient half(s.gateway.port());
    half.send(std::string_view("\x16\x03\x01\x02\x00\x01", 6));
    CHECK(half.read_to_end());
    RawClient silent(s.gateway.port());
    CHECK(silent.read_to_end());
    // Nobody else is held up by them.
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    CHECK(s.gateway.post(kChat, chat_request("Hi")).status == 200);
}

TEST_CASE("TLS: a gateway that is full shakes no more hands", "[e2e][tls]") {
    Secured s(Environment{{"REFRAIN_SERVER_MAX_CONNECTIONS", "1"}});
    TlsClient first(s.gateway.port(), s.authority.ca_file());
    CHECK(first.is_secure());
    CHECK_FALSE(TlsClient(s.gateway.port(), s.authority.ca_file()).is_secure());
    first.send("GET /refrain/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK(first.read_until("ok"));
}

TEST_CASE("TLS: SIGHUP takes a new certificate, and keeps the old one if the new is wrong",
          "[e2e][tls]") {
    Secured s;
    const auto knows = [&](const std::string& name) {
        TlsWish wish;
        wish.server = name;
        return TlsClient(s.gateway.port(), s.authority.ca_file(), wish).is_secure();
    };
    const auto reloaded = [&](const std::string& sentence) {
        s.gateway.process().signal(SIGHUP);
        for (int i = 0; i < 500; ++i) {
            if (s.gateway.process().standard_error().find(sentence) != std::string::npos)
                return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return false;
    };
    CHECK(knows("localhost"));
    TlsClient before(s.gateway.port(), s.authority.ca_file());

    std::ofstream(s.files.key) << "no key at all\n";
    CHECK(reloaded("configuration not reloaded"));
    CHECK(knows("localhost"));

    s.authority.write(s.data.path().string(), {"DNS:new.example"});
    CHECK(reloaded("configuration reloaded"));
    CHECK(knows("new.example"));
    CHECK_FALSE(knows("localhost"));

    s.openai.on("POST", kChat, Reply::json(chat_answer("still here")));
    before.post(kChat, chat_request("Hi"));
    CHECK(before.read_until("still here"));
}

TEST_CASE("TLS: a certificate that cannot be used stops the start with a sentence", "[e2e][tls]") {
    const Authority authority;
    const ScratchDir data;
    const ScratchDir other;
    const auto files = authority.write(data.path().string());
    const auto others = authority.write(other.path().string());
    struct Case {
        std::string certificate;
        std::string key;
        std::string sentence;
    };
    const std::string nowhere = data / "nowhere.pem";
    const std::array<Case, 4> cases{
        {{nowhere, files.key, "load the certificate from "},
         {files.certificate, nowhere, "load the certificate's key from "},
         {files.key, files.key, "load the certificate from "},
         {files.certificate, others.key, "key"}}};
    for (const auto& [certificate, key, sentence] : cases) {
        Command command;
        command.program = REFRAIN_PROGRAM;
        command.arguments = {"serve", "--listen", "127.0.0.1:0", "--data-dir", data / "data"};
        command.environment = {{"REFRAIN_SERVER_TLS_CERT", certificate},
                               {"REFRAIN_SERVER_TLS_KEY", key}};
        Process process(command);
        CHECK(process.wait() == 1);
        CHECK_THAT(process.standard_error(), Contains(sentence));
        CHECK_THAT(process.standard_error(), Contains(".pem"));
    }
}

TEST_CASE("TLS: refrain stats asks over https", "[e2e][tls]") {
    Secured s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    s.gateway.post(kChat, chat_request("Hi"));
    Command command;
    command.program = REFRAIN_PROGRAM;
    command.arguments = {"stats", "--url", s.gateway.url()};
    Process stranger(command);
    CHECK(stranger.wait() != 0);
    CHECK_THAT(stranger.standard_error(), Contains("not trusted"));
    command.environment["SSL_CERT_FILE"] = s.authority.ca_file();
    Process stats(command);
    CHECK(stats.wait() == 0);
    CHECK_THAT(stats.standard_output(), Contains("gpt-4o"));
}

}  // namespace
}  // namespace refrain::tests
