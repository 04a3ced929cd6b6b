// upstreams.NAME.max_inflight: so many calls at once, over all loops; the others wait their turn.
#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <memory>
#include <thread>
#include <vector>

namespace refrain::tests {
namespace {

Environment with_limit(const std::string& calls, const std::string& patience) {
    return {{"REFRAIN_UPSTREAMS_OPENAI_MAX_INFLIGHT", calls},
            {"REFRAIN_UPSTREAMS_OPENAI_QUEUE_TIMEOUT", patience},
            {"REFRAIN_SERVER_THREADS", "4"}};
}

Reply after(const Gate& gate, const std::string& text) {
    return Reply::chunked(200, {{"Content-Type", "application/json"}})
        .wait(gate)
        .chunk(chat_answer(text))
        .finish();
}

TEST_CASE("Over max_inflight calls wait for their turn, whatever loop they came to",
          "[e2e][inflight]") {
    Scenario s(with_limit("2", "30s"));
    Gate go;
    s.openai.on("POST", kChat, after(go, "Hello"));
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 12; ++i) {
        clients.push_back(std::make_unique<RawClient>(s.gateway.port()));
        clients.back()->post(kChat, chat_request(std::to_string(i)));
    }
    REQUIRE(s.openai.wait_for_requests(2));
    CHECK_FALSE(s.openai.wait_for_requests(3, std::chrono::milliseconds(300)));

    go.open();

    for (auto& client : clients)
        CHECK(client->read_until("Hello"));
    CHECK(s.openai.received() == 12);
    CHECK(s.openai.connections() <= 8);  // two at once, of loops that have connections of their own
}

TEST_CASE("Who waited in vain gets a 503 in his own dialect that says when to come back",
          "[e2e][inflight]") {
    ScriptedUpstream google;
    Environment environment = with_limit("1", "1s");
    environment["REFRAIN_UPSTREAMS_GEMINI_BASE_URL"] = google.url();
    environment["REFRAIN_UPSTREAMS_GEMINI_MAX_INFLIGHT"] = "1";
    environment["REFRAIN_UPSTREAMS_GEMINI_QUEUE_TIMEOUT"] = "1s";
    Scenario s(environment);
    Gate go;
    s.openai.on("POST", kChat, after(go, "Hello"));
    RawClient first(s.gateway.port());
    first.post(kChat, chat_request("first"));
    REQUIRE(s.openai.wait_for_requests(1));

    const auto second = s.gateway.post(kChat, chat_request("second"));
    const auto passing = s.gateway.post("/v1/things", "{}");

    CHECK(second.status == 503);
    CHECK(second.header("Retry-After") == "1");
    CHECK(second.body.find("refrain_unavailable") != std::string::npos);
    CHECK(second.body.find("upstreams.openai.max_inflight") != std::string::npos);
    CHECK(passing.status == 503);
    CHECK(s.openai.received() == 1);
    CHECK(s.gateway.get("/metrics")
              .body.find(
                  R"(refrain_upstream_errors_total{provider="openai",reason="unavailable"} 2)") !=
          std::string::npos);

    // The other upstream has a line of its own, and another dialect.
    const std::string model = "/v1beta/models/gemini-2.5-flash:";
    const std::string ask = R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}]})";
    google.on("POST", model + "generateContent", Reply::raw("").wait(go).close());
    RawClient gemini(s.gateway.port());
    gemini.post(model + "generateContent", ask);
    REQUIRE(google.wait_for_requests(1));
    const auto third = s.gateway.post(model + "countTokens", ask);
    CHECK(third.status == 503);
    CHECK(nlohmann::json::parse(third.body)["error"]["status"] == "UNAVAILABLE");

    go.open();
    CHECK(first.read_until("Hello"));
    CHECK(first.read_answer());
    CHECK(s.gateway.post(kChat, chat_request("second")).status == 200);
}

TEST_CASE("Callers who share a call take one place, and hits none", "[e2e][inflight]") {
    Scenario s(with_limit("1", "1s"));
    s.openai.on("POST", kChat, Reply::json(chat_answer("kept")));
    s.gateway.post(kChat, chat_request("kept"));
    Gate go;
    s.openai.on("POST", kChat, after(go, "Hello"));
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(std::make_unique<RawClient>(s.gateway.port()));
        clients.back()->post(kChat, chat_request("same"));
    }
    REQUIRE(s.openai.wait_for_requests(2));

    CHECK(s.gateway.post(kChat, chat_request("kept")).header("X-Cache") == "HIT");
    // Who waits for a place of his own has waited in vain by then.
    std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
    go.open();

    for (auto& client : clients)
        CHECK(client->read_until("Hello"));
}

TEST_CASE("A caller who leaves gives his place back", "[e2e][inflight]") {
    Scenario s(with_limit("1", "10s"));
    Gate never;
    s.openai.once("GET", "/v1/files", Reply::raw("").wait(never));
    s.openai.on("GET", "/v1/files", Reply::json("{}"));
    {
        RawClient leaver(s.gateway.port());
        leaver.send("GET /v1/files HTTP/1.1\r\nHost: a\r\n\r\n");
        REQUIRE(s.openai.wait_for_requests(1));
    }
    CHECK(s.gateway.get("/v1/files").status == 200);
    never.open();
}

TEST_CASE("The gateway drains while calls wait for their turn", "[e2e][inflight]") {
    Scenario s(with_limit("1", "30s"));
    Gate go;
    s.openai.on("POST", kChat, after(go, "Hello"));
    RawClient first(s.gateway.port());
    first.post(kChat, chat_request("first"));
    REQUIRE(s.openai.wait_for_requests(1));
    RawClient second(s.gateway.port());
    second.post(kChat, chat_request("second"));
    while (s.gateway.get("/metrics").body.find("refrain_inflight 2\n") == std::string::npos)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));

    s.gateway.process().signal(SIGTERM);
    go.open();

    CHECK(first.read_until("Hello"));
    CHECK(second.read_until("Hello"));
    CHECK(s.gateway.process().wait() == 0);
}

}  // namespace
}  // namespace refrain::tests
