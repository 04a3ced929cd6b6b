// `refrain warm` through the real gateway.
#include "e2e/gateway.hpp"

#include <catch2/catch.hpp>

#include <csignal>

namespace refrain::tests {
namespace {

Finished warm(Scenario& s, const std::string& list) {
    Command command;
    command.program = REFRAIN_PROGRAM;
    command.arguments = {"warm", "-", "--url", s.gateway.url()};
    command.environment = {{"OPENAI_API_KEY", "sk-test"}};
    command.standard_input = list;
    return run(std::move(command));
}

std::string line(const std::string& prompt, const std::string& more = "") {
    return R"({"path":"/v1/chat/completions","body":)" + chat_request(prompt, more) + "}\n";
}

}  // namespace

TEST_CASE("A warmed list is answered from the cache, and is bought once", "[e2e][warm]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    const std::string list = line("one") + line("two") + line("three");

    const auto first = warm(s, list);
    const auto second = warm(s, list + line("four"));

    CHECK(first.exit_code == 0);
    CHECK(first.standard_output.empty());
    CHECK(first.standard_error == "3 requests: 3 bought, 0 already there, 0 failed\n");
    CHECK(second.standard_error == "4 requests: 1 bought, 3 already there, 0 failed\n");
    CHECK(s.gateway.post(kChat, chat_request("two")).header("X-Cache") == "HIT");
    CHECK(s.openai.received() == 4);
}

TEST_CASE("A line that cannot be kept, or that the provider refuses, has failed", "[e2e][warm]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    s.openai.once("POST", kChat, Reply::json(R"({"error":{"message":"no such model"}})", 404));

    Command command;
    command.program = REFRAIN_PROGRAM;
    command.arguments = {"warm", "-", "--url", s.gateway.url(), "--concurrency", "1"};
    command.standard_input = line("one") + line("two", R"(,"store":true)") + line("three");
    const auto finished = run(std::move(command));

    CHECK(finished.exit_code == 1);
    CHECK(finished.standard_error.find("line 1: 404: no such model") != std::string::npos);
    CHECK(finished.standard_error.find("line 2: answered, but not kept") != std::string::npos);
    CHECK(finished.standard_error.find("1 bought, 0 already there, 2 failed") != std::string::npos);
}

TEST_CASE("What the provider was too busy for is bought a little later", "[e2e][warm]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    s.openai.once("POST",
                  kChat,
                  Reply::whole(429, {{"Retry-After", "1"}}, R"({"error":{"message":"busy"}})"));

    const auto finished = warm(s, line("one"));

    CHECK(finished.exit_code == 0);
    CHECK(finished.standard_error == "1 requests: 1 bought, 0 already there, 0 failed\n");
    CHECK(s.openai.received() == 2);
}

TEST_CASE("A warm that waits can be ended", "[e2e][warm]") {
    ScriptedUpstream gateway;
    gateway.on("POST", kChat, Reply::whole(503, {{"Retry-After", "60"}}, "{}"));
    Command command;
    command.program = REFRAIN_PROGRAM;
    command.arguments = {"warm", "-", "--url", gateway.url()};
    command.standard_input = line("one");
    Process process(std::move(command));
    REQUIRE(gateway.wait_for_requests(1));

    process.signal(SIGTERM);

    CHECK(process.wait(std::chrono::seconds(10)) == 128 + SIGTERM);
    CHECK(gateway.received() == 1);
}

}  // namespace refrain::tests
