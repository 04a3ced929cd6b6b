#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace refrain::tests {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

TEST_CASE("A stored stream comes at once, or at the pace it was recorded", "[e2e][replay]") {
    Scenario s;
    const auto chunks = chat_chunks("Hello world");
    auto reply = Reply::chunked(200, {{"Content-Type", "text/event-stream"}});
    Gate rest;
    std::string whole = chunks[0];
    reply.chunk(chunks[0]).wait(rest);
    for (std::size_t i = 1; i < chunks.size(); ++i) {
        reply.chunk(chunks[i]);
        whole += chunks[i];
    }
    s.openai.on("POST", kChat, reply.finish());
    const auto request =
        chat_request("Hi", R"(,"stream":true,"stream_options":{"include_usage":true})");
    RawClient first(s.gateway.port());
    first.post(kChat, request);
    REQUIRE(first.read_until("assistant"));
    std::this_thread::sleep_for(milliseconds(400));  // so far apart, at least, come the two
    rest.open();
    REQUIRE(first.read_answer());

    auto instant = Clock::duration::max();
    for (int i = 0; i < 3; ++i) {
        const auto start = Clock::now();
        const auto hit = s.gateway.post(kChat, request);
        instant = std::min(instant, Clock::now() - start);
        CHECK(hit.body == whole);
        CHECK(hit.header("X-Cache") == "HIT");
    }
    const auto start = Clock::now();
    const auto paced = s.gateway.post(kChat, request, {{"X-Refrain-Replay", "paced"}});
    const auto pace = Clock::now() - start;

    CHECK(paced.body == whole);
    CHECK(paced.header("X-Cache") == "HIT");
    CHECK(pace >= milliseconds(350));
    CHECK(instant < pace);
}

TEST_CASE("The list of models is kept for an hour", "[e2e][catalog]") {
    Scenario s;
    s.openai.on("GET",
                "/v1/models",
                Reply::json(R"({"object":"list","data":[{"id":"gpt-4o","object":"model"}]})"));

    s.gateway.get("/v1/models");
    const auto second = s.gateway.get("/v1/models");

    CHECK(second.header("X-Cache") == "HIT");
    CHECK(second.ttl() > 3540);
    CHECK(second.ttl() <= 3600);
    CHECK(s.openai.received() == 1);
}

TEST_CASE("Embeddings asked for as numbers and as base64 share one entry", "[e2e][embeddings]") {
    Scenario s;
    s.openai.on(
        "POST",
        "/v1/embeddings",
        Reply::json(
            R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1]}],)"
            R"("model":"text-embedding-3-small","usage":{"prompt_tokens":1,"total_tokens":1}})"));

    s.gateway.post("/v1/embeddings", R"({"model":"text-embedding-3-small","input":"x"})");
    const auto coded = s.gateway.post(
        "/v1/embeddings",
        R"({"model":"text-embedding-3-small","input":["x"],"encoding_format":"base64"})");

    CHECK(coded.header("X-Cache") == "HIT");
    CHECK(coded.body.find(R"("embedding":"AAAAPwAAgL8=")") != std::string::npos);
    CHECK(s.openai.received() == 1);
}

}  // namespace
}  // namespace refrain::tests
