// upstreams.NAME.retries: failures that pass are not the caller's business.
#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"
#include "support/held_port.hpp"

#include <catch2/catch.hpp>

#include <chrono>

namespace refrain::tests {
namespace {

const std::string kBusy = R"({"error":{"message":"busy"}})";

Environment with_retries(const std::string& count) {
    return {{"REFRAIN_UPSTREAMS_OPENAI_RETRIES", count}};
}

Reply busy(int status, const HeaderList& more = {}) {
    HeaderList headers{{"Content-Type", "application/json"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return Reply::whole(status, headers, kBusy);
}

TEST_CASE("A failure that passes is retried, the answer kept, and the failure counted",
          "[e2e][retry]") {
    Scenario s(with_retries("1"));
    const int status = GENERATE(429, 502, 503, 504);
    CAPTURE(status);
    s.openai.once("POST", kChat, busy(status));
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));

    const auto first = s.gateway.post(kChat, chat_request("Hi"));
    const auto second = s.gateway.post(kChat, chat_request("Hi"));

    CHECK(first.status == 200);
    CHECK(first.header("X-Cache") == "MISS");
    CHECK(second.header("X-Cache") == "HIT");
    CHECK(s.openai.received() == 2);
    const auto requests = s.openai.requests();
    CHECK(requests[0].body == requests[1].body);
    CHECK(s.gateway.get("/metrics")
              .body.find(R"(refrain_upstream_errors_total{provider="openai",reason="status_)" +
                         std::to_string(status) + "\"} 1\n") != std::string::npos);
}

TEST_CASE("When attempts run out, the last answer is passed on as it came", "[e2e][retry]") {
    Scenario s(with_retries("2"));
    s.openai.once("POST", kChat, busy(503, {{"x-request-id", "req_1"}}));
    s.openai.once("POST", kChat, busy(503, {{"x-request-id", "req_2"}}));
    s.openai.on("POST", kChat, busy(503, {{"x-request-id", "req_3"}}));

    const auto answer = s.gateway.post(kChat, chat_request("Hi"));

    CHECK(answer.status == 503);
    CHECK(answer.body == kBusy);
    CHECK(answer.header("x-request-id") == "req_3");
    CHECK(s.openai.received() == 3);
}

TEST_CASE("What no retry can mend is not retried", "[e2e][retry]") {
    Scenario s(with_retries("3"));
    const auto reply = GENERATE(busy(500),
                                busy(400),
                                busy(401),
                                busy(503, {{"Retry-After", "31"}}),
                                busy(429, {{"x-should-retry", "false"}}),
                                Reply::json(chat_answer("Hello")).keep(80).reset());
    s.openai.on("POST", kChat, reply);

    s.gateway.post(kChat, chat_request("Hi"));

    CHECK(s.openai.received() == 1);
}

TEST_CASE("Retry-After is obeyed", "[e2e][retry]") {
    Scenario s(with_retries("1"));
    s.openai.once("POST", kChat, busy(429, {{"Retry-After", "2"}}));
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));

    const auto begin = std::chrono::steady_clock::now();
    const auto answer = s.gateway.post(kChat, chat_request("Hi"));

    CHECK(answer.status == 200);
    CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::seconds(2));
}

TEST_CASE("Callers of one question share its retries, streams included", "[e2e][retry]") {
    Scenario s(with_retries("1"));
    s.openai.once("POST", kChat, busy(503));
    s.openai.on("POST", kChat, chat_stream("Hello"));
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(std::make_unique<RawClient>(s.gateway.port()));
        clients.back()->post(kChat, chat_request("Hi", R"(,"stream":true)"));
    }
    for (auto& client : clients) {
        REQUIRE(client->read_until("[DONE]"));
        CHECK(client->received().starts_with("HTTP/1.1 200 "));
    }
    CHECK(s.openai.received() == 2);
}

TEST_CASE("An upstream that comes back in time was never away", "[e2e][retry]") {
    ScratchDir data;
    const HeldPort port;
    Gateway gateway({data / "data", port.url(), with_retries("6"), {}});
    RawClient client(gateway.port());
    client.post(kChat, chat_request("Hi"));
    CHECK_FALSE(client.read_until("HTTP/1.1", std::chrono::milliseconds(300)));

    ScriptedUpstream back(port.port());
    back.on("POST", kChat, Reply::json(chat_answer("Hello")));

    REQUIRE(client.read_until("Hello", std::chrono::seconds(20)));
    CHECK(gateway.get("/metrics").body.find(R"(reason="unreachable")") != std::string::npos);
}

TEST_CASE("What passes through is retried too, if its body was held", "[e2e][retry]") {
    Scenario s(with_retries("1"));
    s.openai.once("POST", "/v1/things", busy(503));
    s.openai.on("POST", "/v1/things", Reply::json("{}"));

    RawClient client(s.gateway.port());  // in one piece, so that all of it is there at once
    client.send("POST /v1/things HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
    REQUIRE(client.read_until("{}"));
    CHECK(client.received().starts_with("HTTP/1.1 200 "));
    CHECK(s.openai.received() == 2);
}

TEST_CASE("What passes through is not retried while its body is on its way", "[e2e][retry]") {
    Scenario s(with_retries("1"));
    s.openai.once("POST", "/v1/things", busy(503));
    s.openai.on("POST", "/v1/things", Reply::json("{}"));
    RawClient client(s.gateway.port());
    client.send("POST /v1/things HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n{\"a\"");
    REQUIRE(s.openai.wait_for_bytes(20));
    client.send(":1}");
    REQUIRE(client.read_until(kBusy));
    CHECK(s.openai.received() == 1);
}

TEST_CASE("Without retries set nothing is asked twice", "[e2e][retry]") {
    Scenario s;
    s.openai.on("POST", kChat, busy(503));

    CHECK(s.gateway.post(kChat, chat_request("Hi")).status == 503);
    CHECK(s.openai.received() == 1);
}

}  // namespace
}  // namespace refrain::tests
