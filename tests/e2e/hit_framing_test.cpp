// Hits, however their requests and answers fall into packets: all paths by which a hit can be
// answered give the same bytes, in order, and whole.
#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace refrain::tests {
namespace {

std::string request_bytes(const std::string& body, const std::string& fields = "") {
    return "POST " + kChat + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer sk-test\r\n" +
           "Content-Type: application/json\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

bool wait_for_count(RawClient& client, const std::string& part, std::size_t wanted) {
    for (int tries = 0; tries < 200 && count(client.received(), part) < wanted; ++tries) {
        client.read_until("not to be found", std::chrono::milliseconds(50));
    }
    return count(client.received(), part) == wanted;
}

TEST_CASE("Hits and misses sent in one packet are answered in order", "[e2e][hit]") {
    Scenario s;
    s.openai.once("POST", kChat, Reply::json(chat_answer("answer one")));
    s.openai.once("POST", kChat, Reply::json(chat_answer("answer two")));
    const std::string one = chat_request("one");
    REQUIRE(s.gateway.post(kChat, one).header("X-Cache") == "MISS");

    RawClient client(s.gateway.port());
    client.send(request_bytes(one) + request_bytes(one) + request_bytes(chat_request("two")) +
                request_bytes(one, "Connection: close\r\n"));

    REQUIRE(client.read_to_end());
    const std::string& all = client.received();
    CHECK(count(all, "HTTP/1.1 200 OK") == 4);
    CHECK(count(all, "X-Cache: HIT") == 3);
    CHECK(count(all, "answer one") == 3);
    const auto two = all.find("answer two");
    REQUIRE(two != std::string::npos);
    CHECK(count(all.substr(0, two), "answer one") == 2);
    CHECK(all.find("Connection: close") > two);
    CHECK_FALSE(client.was_reset());
    CHECK(s.openai.received() == 2);
}

TEST_CASE("A hit whose request trickles in is the same hit", "[e2e][hit]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("patience")));
    const std::string body = chat_request("slowly");
    REQUIRE(s.gateway.post(kChat, body).status == 200);
    RawClient client(s.gateway.port());
    for (int round = 0; round < 2; ++round) {
        const std::string bytes = request_bytes(body);
        const std::size_t step = round == 0 ? 1 : 97;
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            client.send(bytes.substr(at, step));
            std::this_thread::sleep_for(std::chrono::microseconds(300));
        }
        CHECK(client.read_until("patience"));
        CHECK(count(client.received(), "X-Cache: HIT") == 1);
        client.forget();
    }
    CHECK(s.openai.received() == 1);
}

TEST_CASE("Connections that take turns within their requests keep to their own", "[e2e][hit]") {
    Scenario s;
    constexpr std::size_t kClients = 8;
    std::vector<std::unique_ptr<RawClient>> clients;
    std::vector<std::string> requests;
    for (std::size_t i = 0; i < kClients; ++i) {
        const std::string body = chat_request("question " + std::string(i * 37, 'q'));
        s.openai.once("POST", kChat, Reply::json(chat_answer("answer to " + std::to_string(i))));
        REQUIRE(s.gateway.post(kChat, body).header("X-Cache") == "MISS");
        clients.push_back(std::make_unique<RawClient>(s.gateway.port()));
        requests.push_back(request_bytes(body));
    }
    for (std::size_t cut = 1; cut < 190; cut += 7) {
        for (std::size_t i = 0; i < kClients; ++i)
            clients[i]->send(requests[i].substr(0, cut));
        for (std::size_t i = kClients; i-- > 0;)
            clients[i]->send(requests[i].substr(cut));
        for (std::size_t i = 0; i < kClients; ++i) {
            CAPTURE(cut, i);
            REQUIRE(clients[i]->read_until("answer to " + std::to_string(i)));
            REQUIRE(count(clients[i]->received(), "answer to") == 1);
            clients[i]->forget();
        }
    }
    CHECK(s.openai.received() == kClients);
}

TEST_CASE("On one connection, a head that differs in the credential alone is another's",
          "[e2e][hit][scope]") {
    Scenario s;
    s.openai.once("POST", kChat, Reply::json(chat_answer("for one")));
    s.openai.once("POST", kChat, Reply::json(chat_answer("for two")));
    const std::string one = request_bytes(chat_request("mine"));
    std::string two = one;
    two.replace(two.find("sk-test"), 7, "sk-next");
    RawClient client(s.gateway.port());
    for (int round = 0; round < 3; ++round) {
        client.send(one);
        REQUIRE(client.read_until("for one"));
        client.send(two);
        REQUIRE(client.read_until("for two"));
        CHECK(count(client.received(), round == 0 ? "X-Cache: MISS" : "X-Cache: HIT") == 2);
        client.forget();
    }
    CHECK(s.openai.received() == 2);
}

TEST_CASE("Prompts of any size hit, again and again on one connection", "[e2e][hit]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("long story")));
    RawClient client(s.gateway.port());
    for (const std::size_t size : {100U, 4'000U, 16'000U, 64'000U, 200'000U, 900'000U, 3'000U}) {
        CAPTURE(size);
        const std::string body = chat_request(std::string(size, 'x'));
        REQUIRE(s.gateway.post(kChat, body).header("X-Cache") == "MISS");
        for (int round = 0; round < 3; ++round) {
            client.send(request_bytes(body));
            REQUIRE(client.read_until("long story"));
            CHECK(count(client.received(), "X-Cache: HIT") == 1);
            client.forget();
        }
    }
    CHECK(s.openai.received() == 7);
}

TEST_CASE("A client that reads late gets every byte of its hits", "[e2e][hit]") {
    Scenario s;
    const std::string text(60'000, 'y');
    s.openai.on("POST", kChat, Reply::json(chat_answer(text)));
    const std::string body = chat_request("much");
    REQUIRE(s.gateway.post(kChat, body).status == 200);
    RawClient client(s.gateway.port());
    constexpr std::size_t kRequests = 200;  // 12 MB of answers: more than sockets hold
    for (std::size_t i = 0; i < kRequests; ++i) {
        client.send(request_bytes(body));
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    CHECK(wait_for_count(client, "HTTP/1.1 200 OK", kRequests));
    CHECK(wait_for_count(client, '"' + text + '"', kRequests));
    CHECK(count(client.received(), "X-Cache: HIT") == kRequests);
    CHECK(s.openai.received() == 1);
}

TEST_CASE("HTTP/1.0 and Connection: close end after a hit, without a reset", "[e2e][hit]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("the end")));
    const std::string body = chat_request("last");
    REQUIRE(s.gateway.post(kChat, body).status == 200);
    const bool old = GENERATE(true, false);
    RawClient client(s.gateway.port());
    client.send(request_bytes(body));  // the connection is at rest again after this one
    REQUIRE(client.read_until("the end"));
    client.forget();
    std::string bytes = request_bytes(body, old ? "" : "Connection: close\r\n");
    if (old) bytes.replace(bytes.find("HTTP/1.1"), 8, "HTTP/1.0");
    client.send(bytes);
    REQUIRE(client.read_to_end());
    CHECK(count(client.received(), "the end") == 1);
    CHECK(count(client.received(), "X-Cache: HIT") == 1);
    CHECK_FALSE(client.was_reset());
}

TEST_CASE("A client that left between two hits costs nobody anything", "[e2e][hit]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("still here")));
    const std::string body = chat_request("again");
    REQUIRE(s.gateway.post(kChat, body).status == 200);
    for (int i = 0; i < 20; ++i) {
        RawClient client(s.gateway.port());
        client.send(request_bytes(body));
        if (i % 2 == 0) client.read_until("still here");
        client.close();
    }
    CHECK(s.gateway.post(kChat, body).header("X-Cache") == "HIT");
}

}  // namespace
}  // namespace refrain::tests
