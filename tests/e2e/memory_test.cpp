// Memory for what is under way is one bound for the whole process (server.inflight_memory).
#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <thread>

namespace refrain::tests {
namespace {

constexpr std::size_t kMiB = 1 << 20;

Environment with_memory(const std::string& size) {
    return {{"REFRAIN_SERVER_INFLIGHT_MEMORY", size}};
}

// Tries for a while: a connection that ended is counted until its loop has seen it.
bool answers(Gateway& gateway, int status) {
    for (int i = 0; i < 1'000; ++i) {
        if (gateway.get("/refrain/health").status == status) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
}

TEST_CASE("An answer is passed on but not kept while memory is short", "[e2e][memory]") {
    Scenario s(with_memory("1MiB"));
    const std::string large = chat_answer(std::string(2 * kMiB, 'a'));
    s.openai.on("POST", kChat, Reply::json(large));

    CHECK(s.gateway.post(kChat, chat_request("large")).body == large);
    const auto again = s.gateway.post(kChat, chat_request("large"));
    CHECK(again.header("X-Cache") == "MISS");
    CHECK(again.body == large);

    s.openai.on("POST", kChat, Reply::json(chat_answer("small")));
    s.gateway.post(kChat, chat_request("small"));
    CHECK(s.gateway.post(kChat, chat_request("small")).header("X-Cache") == "HIT");
}

TEST_CASE("Newcomers get 503 while memory is spent, and are served again after", "[e2e][memory]") {
    Scenario s(with_memory("1MiB"));
    {
        RawClient holder(s.gateway.port());
        holder.send(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 4194304\r\n\r\n" +
            std::string(3 * kMiB, ' '));
        CHECK(answers(s.gateway, 503));
    }
    CHECK(answers(s.gateway, 200));
}

}  // namespace
}  // namespace refrain::tests
