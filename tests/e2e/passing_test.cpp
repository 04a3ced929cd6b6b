#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

namespace refrain::tests {
namespace {

TEST_CASE("What is not memoized passes through untouched", "[e2e][pass]") {
    Scenario s;
    s.openai.on("POST", "/v1/files", Reply::json(R"({"id":"file-1"})"));
    const std::string body(300'000, 'x');

    const auto answer = s.gateway.post("/v1/files?purpose=batch", body);

    CHECK(answer.body == R"({"id":"file-1"})");
    CHECK(answer.header("Cache-Status").find("fwd=bypass") != std::string::npos);
    CHECK(s.openai.last().body == body);
    CHECK(s.openai.last().target == "/v1/files?purpose=batch");
    CHECK(s.openai.last().header("Authorization") == "Bearer sk-test");
}

TEST_CASE("A path that no provider has is a 404 that says what to use", "[e2e][pass]") {
    Scenario s;
    s.openai.on("*", "*", Reply::json("{}"));
    for (const char* const path :
         {"/", "/v2/anything", "/chat/completions", "/up/nobody/v1/models"}) {
        CAPTURE(path);
        const auto answer = s.gateway.post(path, "{}");
        CHECK(answer.status == 404);
        CHECK(answer.body.find("refrain_not_found") != std::string::npos);
        CHECK(answer.body.find("/v1/") != std::string::npos);
    }
    CHECK(s.openai.received() == 0);
}

TEST_CASE("A chunked upload reaches the upstream before it is whole", "[e2e][pass]") {
    Scenario s;
    s.openai.on("POST", "/v1/files", Reply::json("{}"));
    RawClient client(s.gateway.port());
    client.send("POST /v1/files HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send("8000\r\n" + std::string(0x8000, 'a') + "\r\n");

    CHECK(s.openai.wait_for_bytes(0x8000));
    CHECK(s.openai.received() == 0);
    client.send("0\r\n\r\n");
    CHECK(client.read_until("200 OK"));
    CHECK(s.openai.last().body.size() == 0x8000);
}

TEST_CASE("A caller who leaves ends a call that only he wanted", "[e2e][pass]") {
    Scenario s;
    Gate never;
    s.openai.on("GET", "/v1/files", Reply::chunked(200, {}).chunk("a").wait(never).finish());
    RawClient client(s.gateway.port());
    client.send("GET /v1/files HTTP/1.1\r\nHost: a\r\n\r\n");
    REQUIRE(client.read_until("a\r\n"));

    client.close();

    CHECK(s.openai.wait_for_open_connections(0));
    never.open();
}

TEST_CASE("Server-side tools are named as the reason and never memoized", "[e2e][pass]") {
    Scenario s;
    s.openai.on("POST", "/v1/responses", Reply::json("{}"));
    const std::string body = R"({"model":"gpt-4o","input":"x","tools":[{"type":"web_search"}]})";

    s.gateway.post("/v1/responses", body);
    const auto second = s.gateway.post("/v1/responses", body);

    CHECK(second.header("X-Cache") == "BYPASS");
    CHECK(second.header("Cache-Status").find("detail=server-tool") != std::string::npos);
    CHECK(s.openai.received() == 2);
}

TEST_CASE("Hop-by-hop fields, cookies and claims about the client stay here", "[e2e][pass]") {
    Scenario s;
    s.openai.on("POST",
                kChat,
                Reply::whole(200,
                             {{"Content-Type", "application/json"},
                              {"Set-Cookie", "a=b"},
                              {"x-ratelimit-remaining-requests", "9"}},
                             chat_answer("Hello")));
    s.gateway.post(kChat,
                   chat_request("Hi"),
                   {{"X-Forwarded-For", "1.2.3.4"}, {"Cookie", "c=d"}, {"Forwarded", "for=1"}});

    const auto hit = s.gateway.post(kChat, chat_request("Hi"));

    CHECK_FALSE(s.openai.last().has_header("X-Forwarded-For"));
    CHECK_FALSE(s.openai.last().has_header("Cookie"));
    CHECK_FALSE(s.openai.last().has_header("Forwarded"));
    CHECK(hit.header("X-Cache") == "HIT");
    CHECK_FALSE(hit.has_header("Set-Cookie"));
    CHECK_FALSE(hit.has_header("x-ratelimit-remaining-requests"));
}

TEST_CASE("A WebSocket upgrade becomes a tunnel", "[e2e][pass]") {
    Scenario s;
    s.openai.on("GET",
                "/v1/realtime",
                Reply::raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                           "Connection: Upgrade\r\n\r\nfrom the upstream"));
    RawClient client(s.gateway.port());
    client.send(
        "GET /v1/realtime HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n");

    CHECK(client.read_until("101 Switching"));
    CHECK(client.read_until("from the upstream"));
    CHECK(s.openai.last().header("Upgrade") == "websocket");
}

TEST_CASE("A deleted response does not come back from the cache", "[e2e][responses]") {
    Scenario s;
    const std::string made =
        R"({"id":"resp_1","object":"response","created_at":1,"status":"completed","error":null,"incomplete_details":null,"instructions":null,"metadata":{},"model":"gpt-4o","output":[{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[]}]}],"parallel_tool_calls":true,"temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0,"store":true,"usage":{"input_tokens":1,"input_tokens_details":{"cached_tokens":0},"output_tokens":1,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":2}})";
    s.openai.on("POST", "/v1/responses", Reply::json(made));
    s.openai.on("DELETE", "/v1/responses/resp_1", Reply::json(R"({"deleted":true})"));
    const std::string body = R"({"model":"gpt-4o","input":"x"})";
    s.gateway.post("/v1/responses", body);
    REQUIRE(s.gateway.post("/v1/responses", body).header("X-Cache") == "HIT");

    s.gateway.remove("/v1/responses/resp_1");

    // The entry goes on a worker, just after the answer.
    bool gone = false;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!gone && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        const httplib::Headers kept_only{{"Cache-Control", "only-if-cached"}};
        gone = s.gateway.post("/v1/responses", body, kept_only).status == 504;
    }
    CHECK(gone);
}

}  // namespace
}  // namespace refrain::tests
