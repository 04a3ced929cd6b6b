#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace refrain::tests {
namespace {

const std::string kStreamed = chat_request("Hi", R"(,"stream":true)");

// The reply spoils the first answer; the second is good. Whatever the caller saw of the first,
// nothing of it may be kept.
void check_never_kept(Scenario& s, const Reply& spoiled, const std::string& request) {
    s.openai.once("POST", kChat, spoiled);
    s.openai.on("POST",
                kChat,
                request == kStreamed ? chat_stream("good") : Reply::json(chat_answer("good")));

    s.gateway.post(kChat, request);
    const auto next = s.gateway.post(kChat, request);

    CHECK(next.status == 200);
    CHECK(next.header("X-Cache") == "MISS");
    CHECK(next.body.find("good") != std::string::npos);
}

// The begin of a stream: that many events, in one piece. Before it breaks it has to wait until the
// caller has seen them: what comes in one breath with its break is answered by an error alone.
Reply cut_stream(std::size_t events) {
    const auto chunks = chat_chunks("Hello world");
    std::string begin;
    for (std::size_t i = 0; i < events; ++i)
        begin += chunks[i];
    return Reply::chunked(200, {{"Content-Type", "text/event-stream"}}).chunk(begin);
}

TEST_CASE("A stream that is reset half way breaks for the caller, and is not kept",
          "[e2e][faults]") {
    Scenario s;
    Gate seen;
    s.openai.once("POST", kChat, cut_stream(3).wait(seen).reset());
    RawClient client(s.gateway.port());
    client.post(kChat, kStreamed);

    CHECK(client.read_until("Hell"));
    seen.open();
    CHECK(client.read_to_end());
    CHECK(client.received().find("\r\n0\r\n\r\n") == std::string::npos);
    s.openai.on("POST", kChat, chat_stream("good"));
    CHECK(s.gateway.post(kChat, kStreamed).header("X-Cache") == "MISS");
}

TEST_CASE("A stream closed without its last chunk is no clean end", "[e2e][faults]") {
    Scenario s;
    Gate seen;
    s.openai.once("POST", kChat, cut_stream(3).wait(seen).close());
    RawClient client(s.gateway.port());
    client.post(kChat, kStreamed);

    CHECK(client.read_until("Hell"));
    seen.open();
    CHECK(client.read_to_end());
    CHECK(client.received().find("\r\n0\r\n\r\n") == std::string::npos);
}

TEST_CASE("A stream that ends well but without [DONE] is passed on and not kept", "[e2e][faults]") {
    Scenario s;
    check_never_kept(s, cut_stream(4).finish(), kStreamed);
}

TEST_CASE("Answers that are no answers are not kept", "[e2e][faults]") {
    Scenario s;
    const auto spoiled = GENERATE(
        std::string(""),
        std::string("{"),
        std::string("[]"),
        std::string("null"),
        std::string(R"({"error":{"message":"oops"}})"),
        std::string(R"({"id":"x","object":"chat.completion","choices":[]})"),
        std::string(
            R"({"id":"x","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"content_filter"}]})"));
    CAPTURE(spoiled);
    check_never_kept(s, Reply::json(spoiled), chat_request("Hi"));
}

TEST_CASE("Errors of OpenAI are passed on as they came, and not kept", "[e2e][faults]") {
    Scenario s;
    const int status = GENERATE(400, 401, 403, 404, 429, 500, 503);
    s.openai.on("POST",
                kChat,
                Reply::whole(status,
                             {{"Content-Type", "application/json"}, {"x-request-id", "req_1"}},
                             R"({"error":{"message":"no"}})"));

    const auto first = s.gateway.post(kChat, chat_request("Hi"));
    const auto second = s.gateway.post(kChat, chat_request("Hi"));

    CHECK(first.status == status);
    CHECK(first.body == R"({"error":{"message":"no"}})");
    CHECK(first.header("x-request-id") == "req_1");
    CHECK(second.status == status);
    CHECK(s.openai.received() == 2);
}

TEST_CASE("An upstream that cannot be reached is a 502 in OpenAI's shape", "[e2e][faults]") {
    ScratchDir data;
    Gateway gateway({data / "data", "http://127.0.0.1:1", {}, {}});

    const auto answer = gateway.post(kChat, chat_request("Hi"));

    CHECK(answer.status == 502);
    CHECK(answer.body.find("refrain_upstream_unreachable") != std::string::npos);
    CHECK(answer.header("Content-Type") == "application/json");
}

TEST_CASE("An upstream that does not speak the TLS it should is a 502 that says so",
          "[e2e][faults]") {
    // Another gateway: it refuses at once what is no HTTP.
    ScratchDir data;
    Gateway plain({data / "plain", "http://127.0.0.1:1", {}, {}});
    Gateway gateway({data / "data", "https://127.0.0.1:" + std::to_string(plain.port()), {}, {}});

    const auto answer = gateway.post(kChat, chat_request("Hi"));

    CHECK(answer.status == 502);
    CHECK(answer.body.find("refrain_upstream_unreachable") != std::string::npos);
    CHECK(answer.body.find("TLS") != std::string::npos);
}

TEST_CASE("An upstream that stalls is a 504, and the next caller may try again", "[e2e][faults]") {
    Scenario s(Environment{{"REFRAIN_UPSTREAMS_OPENAI_TIMEOUT", "3s"}});
    s.openai.once("POST", kChat, Reply::raw("").stall());
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));

    const auto stalled = s.gateway.post(kChat, chat_request("Hi"));
    const auto next = s.gateway.post(kChat, chat_request("Hi"));

    CHECK(stalled.status == 504);
    CHECK(stalled.body.find("refrain_upstream_timeout") != std::string::npos);
    CHECK(next.status == 200);
    CHECK(next.header("X-Cache") == "MISS");
}

TEST_CASE("An answer that stalls half way is cut, and not kept", "[e2e][faults]") {
    Scenario s(Environment{{"REFRAIN_UPSTREAMS_OPENAI_BETWEEN_BYTES_TIMEOUT", "3s"}});
    s.openai.once("POST", kChat, cut_stream(3).stall());
    s.openai.on("POST", kChat, chat_stream("good"));
    RawClient client(s.gateway.port());
    client.post(kChat, kStreamed);

    CHECK(client.read_until("Hell"));
    CHECK(client.read_to_end());
    CHECK(client.received().find("\r\n0\r\n\r\n") == std::string::npos);
    CHECK(s.gateway.post(kChat, kStreamed).header("X-Cache") == "MISS");
}

TEST_CASE("Malformed answers of an upstream never reach the caller", "[e2e][faults]") {
    Scenario s;
    const auto bytes = GENERATE(
        std::string(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
        std::string("HTTP/1.1 200 OK\r\nX: a\r\n folded\r\nContent-Length: 0\r\n\r\n"),
        std::string("ICY 200 OK\r\n\r\n"),
        std::string("garbage"));
    s.openai.on("POST", kChat, Reply::raw(bytes));

    const auto answer = s.gateway.post(kChat, chat_request("Hi"));

    CHECK(answer.status == 502);
    CHECK(answer.body.find("hello") == std::string::npos);
}

TEST_CASE("A lying length is seen: the answer is cut, not shortened", "[e2e][faults]") {
    Scenario s;
    s.openai.once(
        "POST",
        kChat,
        Reply::raw(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n" +
            chat_answer("short"))
            .close());
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));

    const auto cut = s.gateway.post(kChat, chat_request("Hi"));
    const auto next = s.gateway.post(kChat, chat_request("Hi"));

    CHECK(cut.status != 200);
    CHECK(next.header("X-Cache") == "MISS");
}

}  // namespace
}  // namespace refrain::tests
