#include "e2e/gateway.hpp"

#include <catch2/catch.hpp>

namespace refrain::tests {
namespace {

TEST_CASE("no-store passes through and leaves nothing", "[e2e][controls]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));

    const auto first = s.gateway.post(kChat, chat_request("Hi"), {{"Cache-Control", "no-store"}});
    const auto second = s.gateway.post(kChat, chat_request("Hi"));

    CHECK(first.header("X-Cache") == "BYPASS");
    CHECK(first.header("Cache-Status").find("detail=no-store") != std::string::npos);
    CHECK(second.header("X-Cache") == "MISS");
    CHECK_FALSE(s.openai.requests()[0].has_header("Cache-Control"));
}

TEST_CASE("no-cache asks again and keeps the new answer", "[e2e][controls]") {
    Scenario s;
    s.openai.once("POST", kChat, Reply::json(chat_answer("old")));
    s.openai.once("POST", kChat, Reply::json(chat_answer("new")));
    s.gateway.post(kChat, chat_request("Hi"));

    const auto asked = s.gateway.post(kChat, chat_request("Hi"), {{"Cache-Control", "no-cache"}});
    const auto later = s.gateway.post(kChat, chat_request("Hi"));

    CHECK(asked.header("X-Cache") == "MISS");
    CHECK(asked.header("Cache-Status").find("fwd=request") != std::string::npos);
    CHECK(later.header("X-Cache") == "HIT");
    CHECK(later.body == asked.body);
    CHECK(later.body.find("new") != std::string::npos);
}

TEST_CASE("only-if-cached is answered from the cache or with 504, never by OpenAI",
          "[e2e][controls]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    const httplib::Headers only{{"Cache-Control", "only-if-cached"}};

    const auto before = s.gateway.post(kChat, chat_request("Hi"), only);
    s.gateway.post(kChat, chat_request("Hi"));
    const auto after = s.gateway.post(kChat, chat_request("Hi"), only);

    CHECK(before.status == 504);
    CHECK(before.body.find("refrain_only_if_cached") != std::string::npos);
    CHECK(after.status == 200);
    CHECK(s.openai.received() == 1);
}

TEST_CASE("max-age=0 wants an answer made now", "[e2e][controls]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    s.gateway.post(kChat, chat_request("Hi"));

    const auto lax = s.gateway.post(kChat, chat_request("Hi"), {{"Cache-Control", "max-age=600"}});

    CHECK(lax.header("X-Cache") == "HIT");
    CHECK(s.openai.received() == 1);
}

TEST_CASE("A variant keeps separate answers apart", "[e2e][controls]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));

    s.gateway.post(kChat, chat_request("Hi"), {{"X-Refrain-Variant", "1"}});
    const auto two = s.gateway.post(kChat, chat_request("Hi"), {{"X-Refrain-Variant", "2"}});
    const auto one = s.gateway.post(kChat, chat_request("Hi"), {{"X-Refrain-Variant", "1"}});

    CHECK(two.header("X-Cache") == "MISS");
    CHECK(one.header("X-Cache") == "HIT");
    CHECK_FALSE(s.openai.last().has_header("X-Refrain-Variant"));
}

TEST_CASE("X-Refrain-TTL says how long, and a bad one is refused with a sentence",
          "[e2e][controls]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));

    const auto hour = s.gateway.post(kChat, chat_request("Hi"), {{"X-Refrain-TTL", "1h"}});
    const auto ever = s.gateway.post(kChat, chat_request("Ho"), {{"X-Refrain-TTL", "forever"}});
    const auto bad = s.gateway.post(kChat, chat_request("Hi"), {{"X-Refrain-TTL", "soon"}});

    CHECK(hour.header("Cache-Status").find("ttl=3600") != std::string::npos);
    CHECK(ever.header("Cache-Status").find("ttl=") == std::string::npos);
    CHECK(bad.status == 400);
    CHECK(bad.body.find("X-Refrain-TTL") != std::string::npos);
}

TEST_CASE("Replay mode never asks OpenAI, off mode always does", "[e2e][mode]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    s.gateway.post(kChat, chat_request("known"));

    s.gateway.restart_with({{"REFRAIN_MODE", "replay"}});
    CHECK(s.gateway.post(kChat, chat_request("known")).header("X-Cache") == "HIT");
    CHECK(s.gateway.post(kChat, chat_request("unknown")).status == 504);
    CHECK(s.openai.received() == 1);

    s.gateway.restart_with({{"REFRAIN_MODE", "off"}});
    CHECK(s.gateway.post(kChat, chat_request("known")).header("X-Cache") == "BYPASS");
    CHECK(s.openai.received() == 2);
}

}  // namespace
}  // namespace refrain::tests
