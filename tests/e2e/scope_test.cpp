#include "e2e/gateway.hpp"

#include <catch2/catch.hpp>

namespace refrain::tests {
namespace {

TEST_CASE("Two credentials never share an answer", "[e2e][scope]") {
    Scenario s;
    s.openai.once("POST", kChat, Reply::json(chat_answer("for one")));
    s.openai.once("POST", kChat, Reply::json(chat_answer("for two")));

    const auto one = s.gateway.post(kChat, chat_request("Hi"), {{"Authorization", "Bearer one"}});
    const auto two = s.gateway.post(kChat, chat_request("Hi"), {{"Authorization", "Bearer two"}});

    CHECK(one.header("X-Cache") == "MISS");
    CHECK(two.header("X-Cache") == "MISS");
    CHECK(one.body != two.body);
    CHECK(one.header("X-Refrain-Key") != two.header("X-Refrain-Key"));
    CHECK(s.openai.received() == 2);
}

TEST_CASE("A caller without a credential uses the gateway's own key", "[e2e][scope]") {
    Scenario s(Environment{{"REFRAIN_UPSTREAMS_OPENAI_API_KEY_ENV", "TEST_OPENAI_KEY"},
                           {"TEST_OPENAI_KEY", "sk-own"}});
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    httplib::Client client(s.gateway.url());

    const auto result = client.Post(kChat, chat_request("Hi"), "application/json");

    REQUIRE(result);
    CHECK(result->status == 200);
    CHECK(s.openai.last().header("Authorization") == "Bearer sk-own");
}

TEST_CASE("No credential is found in the data directory or the log", "[e2e][scope]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    s.gateway.post(kChat, chat_request("Hi"), {{"Authorization", "Bearer sk-very-secret-key"}});
    CHECK(s.gateway.stop() == 0);

    const std::string command =
        "grep -rl sk-very-secret-key '" + s.data.path().string() + "' > /dev/null";
    CHECK(std::system(command.c_str()) != 0);
    CHECK(s.gateway.process().standard_error().find("sk-very-secret-key") == std::string::npos);
}

}  // namespace
}  // namespace refrain::tests
