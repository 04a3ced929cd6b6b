#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <vector>

namespace refrain::tests {
namespace {

TEST_CASE("A hundred identical streams reach OpenAI once and all stream live", "[e2e][flight]") {
    Scenario s;
    Gate rest;
    const auto chunks = chat_chunks("Hello world");
    auto reply = Reply::chunked(200, {{"Content-Type", "text/event-stream"}});
    reply.chunk(chunks[0]).chunk(chunks[1]).wait(rest);
    for (std::size_t i = 2; i < chunks.size(); ++i)
        reply.chunk(chunks[i]);
    s.openai.on("POST", kChat, reply.finish());

    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(std::make_unique<RawClient>(s.gateway.port()));
        clients.back()->post(kChat, chat_request("Hi", R"(,"stream":true)"));
    }

    for (auto& client : clients)
        REQUIRE(client->read_until("Hell"));
    CHECK(s.openai.received() == 1);
    rest.open();
    for (auto& client : clients)
        REQUIRE(client->read_answer());
    for (auto& client : clients)
        CHECK(client->received().find("[DONE]") != std::string::npos);
    CHECK(s.openai.received() == 1);
    const auto totals = report_after(s.gateway, 100)["totals"];
    CHECK(totals["coalesced"] == 99);
    CHECK(totals["misses"] == 1);
}

TEST_CASE("The first caller may leave, the answer is finished and kept", "[e2e][flight]") {
    Scenario s;
    Gate rest;
    s.openai.on("POST", kChat, chat_stream_until(rest, "Hello world"));
    auto leader = std::make_unique<RawClient>(s.gateway.port());
    leader->post(kChat, chat_request("Hi", R"(,"stream":true)"));
    REQUIRE(leader->read_until("assistant"));
    RawClient follower(s.gateway.port());
    follower.post(kChat, chat_request("Hi", R"(,"stream":true)"));
    REQUIRE(follower.read_until("assistant"));

    leader.reset();
    rest.open();

    CHECK(follower.read_until("[DONE]"));
    const auto later = s.gateway.post(kChat, chat_request("Hi"));
    CHECK(later.body.find("Hello world") != std::string::npos);
    CHECK(s.openai.received() == 1);
}

TEST_CASE("A failure is shared by all who waited, and not kept", "[e2e][flight]") {
    Scenario s;
    Gate go;
    s.openai.once("POST",
                  kChat,
                  Reply::chunked(503, {{"Content-Type", "application/json"}, {"Retry-After", "7"}})
                      .wait(go)
                      .chunk(R"({"error":{"message":"busy"}})")
                      .finish());
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<RawClient>(s.gateway.port()));
        clients.back()->post(kChat, chat_request("Hi"));
        if (i == 0) REQUIRE(s.openai.wait_for_requests(1));
    }
    for (auto& client : clients)
        REQUIRE(client->read_until("503"));

    go.open();

    for (auto& client : clients) {
        REQUIRE(client->read_until("busy"));
        REQUIRE(client->read_answer());  // by then the call is over for newcomers
        CHECK(client->received().find("Retry-After: 7") != std::string::npos);
    }
    CHECK(s.openai.received() == 1);
    CHECK(s.gateway.post(kChat, chat_request("Hi")).status == 200);
}

}  // namespace
}  // namespace refrain::tests
