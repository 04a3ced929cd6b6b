#include "e2e/gateway.hpp"

#include <catch2/catch.hpp>

namespace refrain::tests {
namespace {

TEST_CASE("The second identical chat completion never reaches OpenAI", "[e2e][cache]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));

    const auto first = s.gateway.post(kChat, chat_request("Hi"));
    const auto second = s.gateway.post(kChat, chat_request("Hi"));

    REQUIRE(first.status == 200);
    CHECK(first.header("X-Cache") == "MISS");
    CHECK(second.header("X-Cache") == "HIT");
    CHECK(second.body == first.body);
    CHECK(second.header("Content-Type") == first.header("Content-Type"));
    CHECK(s.openai.received() == 1);
}

TEST_CASE("The same request in other words of JSON is a hit", "[e2e][cache]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    s.gateway.post(kChat, R"({"model":"gpt-4o","messages":[{"role":"user","content":"é"}]})");

    const auto other = s.gateway.post(
        kChat,
        R"({ "messages" : [{"content":"\u00e9","role":"user"}], "temperature": 1.0, "user":"u-7", "model":"gpt-4o" })");

    CHECK(other.header("X-Cache") == "HIT");
    CHECK(s.openai.received() == 1);
}

TEST_CASE("A restart keeps what was bought", "[e2e][cache]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    const auto first = s.gateway.post(kChat, chat_request("Hi"));

    s.gateway.restart();
    const auto again = s.gateway.post(kChat, chat_request("Hi"));

    CHECK(again.header("X-Cache") == "HIT");
    CHECK(again.header("Cache-Status").find("detail=disk") != std::string::npos);
    CHECK(again.body == first.body);
    CHECK(s.openai.received() == 1);
}

TEST_CASE("A stream and a whole answer share one entry", "[e2e][cache]") {
    Scenario s;
    s.openai.on("POST", kChat, chat_stream("Hello world"));
    const auto streamed = s.gateway.post(kChat, chat_request("Hi", R"(,"stream":true)"));

    const auto whole = s.gateway.post(kChat, chat_request("Hi"));
    const auto streamed_again = s.gateway.post(kChat, chat_request("Hi", R"(,"stream":true)"));

    CHECK(whole.header("X-Cache") == "HIT");
    CHECK(whole.body.find(R"("content":"Hello world")") != std::string::npos);
    CHECK(streamed_again.header("X-Cache") == "HIT");
    CHECK(streamed_again.body == streamed.body);
    CHECK(s.openai.received() == 1);
}

TEST_CASE("A stream is asked for its usage, and shows it only to who asked", "[e2e][usage]") {
    Scenario s;
    s.openai.on("POST", kChat, chat_stream("Hello"));

    const auto plain = s.gateway.post(kChat, chat_request("Hi", R"(,"stream":true)"));
    const auto with_usage = s.gateway.post(
        kChat, chat_request("Hi", R"(,"stream":true,"stream_options":{"include_usage":true})"));

    CHECK(s.openai.last().body.find(R"("include_usage":true)") != std::string::npos);
    CHECK(plain.body.find("usage") == std::string::npos);
    CHECK(with_usage.header("X-Cache") == "HIT");
    CHECK(with_usage.body.find(R"("total_tokens":12)") != std::string::npos);
}

}  // namespace
}  // namespace refrain::tests
