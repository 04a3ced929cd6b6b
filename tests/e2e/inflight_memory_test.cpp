// server.inflight_memory holds for connections that were open before, too.
#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <thread>

namespace refrain::tests {
namespace {

constexpr std::size_t kMiB = 1 << 20;

std::string head(const std::string& path, const std::string& framing) {
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk-test\r\n" +
           "Content-Type: application/json\r\n" + framing + "\r\n\r\n";
}

// Opened, and served once, so that no later shortage turns it away at the door.
struct OpenClient : RawClient {
    explicit OpenClient(Gateway& gateway) : RawClient(gateway.port()) {
        send("HEAD /refrain/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        REQUIRE(read_until("\r\n\r\n"));
        forget();
    }
};

bool is_spent(Gateway& gateway) {
    for (int i = 0; i < 250; ++i) {
        if (gateway.get("/refrain/health").status == 503) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
}

}  // namespace

TEST_CASE("A body that memory has no room for is refused, whoever was connected before",
          "[e2e][memory]") {
    Scenario s(Environment{{"REFRAIN_SERVER_INFLIGHT_MEMORY", "1MiB"}});
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    const std::string request = chat_request(std::string(3 * kMiB, 'a'));
    const std::string sized = "Content-Length: " + std::to_string(request.size());
    OpenClient first(s.gateway);
    OpenClient second(s.gateway);
    OpenClient third(s.gateway);
    OpenClient small(s.gateway);

    // One alone may need more than all there is.
    first.send(head(kChat, sized) + request.substr(0, request.size() - 1));
    REQUIRE(is_spent(s.gateway));

    second.send(head(kChat, sized) + request);
    CHECK(second.read_to_end());
    CHECK(second.received().starts_with("HTTP/1.1 503 "));
    CHECK(second.received().find("refrain_unavailable") != std::string::npos);
    CHECK(second.received().find("Retry-After: ") != std::string::npos);

    third.send(
        head("/v1beta/models/gemini-2.5-flash:generateContent", "Transfer-Encoding: chunked"));
    for (int i = 0; i < 20; ++i)
        third.send("4000\r\n" + std::string(0x4000, ' ') + "\r\n");
    CHECK(third.read_to_end());
    CHECK(third.received().starts_with("HTTP/1.1 503 "));
    CHECK(third.received().find("UNAVAILABLE") != std::string::npos);

    // What is small is answered all the same.
    small.post(kChat, chat_request(std::string(30'000, 'b')));
    CHECK(small.read_until("Hello"));

    first.send(request.substr(request.size() - 1));
    CHECK(first.read_until("Hello"));
    first.close();
    bool answered = false;
    for (int i = 0; i < 100 && !answered; ++i)
        answered = s.gateway.post(kChat, request).status == 200;
    CHECK(answered);
}

}  // namespace refrain::tests
