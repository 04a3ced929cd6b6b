#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

namespace refrain::tests {
namespace {

TEST_CASE("SIGTERM lets a stream under way finish, then the gateway ends with 0", "[e2e][drain]") {
    Scenario s;
    Gate rest;
    s.openai.on("POST", kChat, chat_stream_until(rest, "Hello world"));
    RawClient client(s.gateway.port());
    client.post(kChat, chat_request("Hi", R"(,"stream":true)"));
    REQUIRE(client.read_until("assistant"));

    s.gateway.process().signal(SIGTERM);
    REQUIRE(client.read_until("assistant"));
    rest.open();

    CHECK(client.read_until("[DONE]"));
    CHECK(s.gateway.process().wait() == 0);
}

TEST_CASE("What was kept is still right after kill -9", "[e2e][crash]") {
    Scenario s;
    s.openai.on("POST", kChat, [](const Seen& seen) {
        return Reply::json(
            chat_answer("echo " + std::to_string(std::hash<std::string>{}(seen.body))));
    });
    std::map<std::string, std::string> bought;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 20; ++i) {
            const std::string request =
                chat_request(std::to_string(round) + "-" + std::to_string(i));
            bought[request] = s.gateway.post(kChat, request).body;
        }
        s.gateway.crash();
    }
    for (const auto& [request, body] : bought) {
        CHECK(s.gateway.post(kChat, request).body == body);
    }
}

std::uint64_t bytes_on_disk(Gateway& gateway) {
    const auto report = nlohmann::json::parse(gateway.get("/refrain/stats").body);
    return report["cache"]["disk"]["bytes"].get<std::uint64_t>();
}

TEST_CASE("Compression can be turned off and on, and what is there is read either way",
          "[e2e][store]") {
    const std::string text(200'000, 'a');
    Scenario s(Environment{{"REFRAIN_CACHE_COMPRESSION", "none"}});
    s.openai.on("POST", kChat, Reply::json(chat_answer(text, "chatcmpl-1")));
    s.gateway.post(kChat, chat_request("plain"));
    s.gateway.restart_with({{"REFRAIN_CACHE_COMPRESSION", "zstd"}});
    const auto plain = bytes_on_disk(s.gateway);
    s.openai.on("POST", kChat, Reply::json(chat_answer(text, "chatcmpl-2")));
    s.gateway.post(kChat, chat_request("smaller"));
    s.gateway.restart_with({{"REFRAIN_CACHE_COMPRESSION", "none"}});
    const auto both = bytes_on_disk(s.gateway);

    CHECK(plain > text.size());
    CHECK(both - plain < text.size() / 10);
    CHECK(s.gateway.post(kChat, chat_request("plain")).body == chat_answer(text, "chatcmpl-1"));
    CHECK(s.gateway.post(kChat, chat_request("smaller")).body == chat_answer(text, "chatcmpl-2"));
    CHECK(s.openai.received() == 2);
}

TEST_CASE("A second gateway on the same data directory says so and ends", "[e2e][start]") {
    Scenario s;
    Process second({REFRAIN_PROGRAM,
                    {"serve", "--listen", "127.0.0.1:0", "--data-dir", s.data / "data"},
                    {},
                    ""});

    CHECK(second.wait() == 1);
    CHECK(second.standard_error().find(s.data / "data") != std::string::npos);
    CHECK(second.standard_error().find("another process") != std::string::npos);
    CHECK(s.gateway.get("/refrain/health").status == 200);
}

TEST_CASE("A data directory that cannot be used is refused with a sentence", "[e2e][start]") {
    ScratchDir data;
    std::ofstream(data / "file") << "x";
    Process gateway({REFRAIN_PROGRAM,
                     {"serve", "--listen", "127.0.0.1:0", "--data-dir", data / "file"},
                     {},
                     ""});

    CHECK(gateway.wait() == 1);
    CHECK(gateway.standard_error().find("--data-dir") != std::string::npos);
}

TEST_CASE("The data directory and its secret are the owner's alone", "[e2e][start]") {
    Scenario s;
    struct stat status {};
    REQUIRE(::stat((s.data / "data").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0700);
    REQUIRE(::stat((s.data / "data/secret").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK(status.st_size == 32);
}

TEST_CASE("A bad configuration names every problem and ends with 1 or 2", "[e2e][start]") {
    ScratchDir data;
    std::ofstream(data / "bad.toml")
        << "[server]\nlisten = 5\nlissten = \"x\"\n[cache]\nmemory = \"lots\"\n";
    Process gateway({REFRAIN_PROGRAM,
                     {"serve", "--config", data / "bad.toml", "--data-dir", data / "data"},
                     {},
                     ""});

    const auto code = gateway.wait();
    REQUIRE(code);
    CHECK(*code != 0);
    CHECK(gateway.standard_error().find("server.listen") != std::string::npos);
    CHECK(gateway.standard_error().find("cache.memory") != std::string::npos);
}

TEST_CASE("Beyond loopback an own key is not lent to everyone", "[e2e][start]") {
    ScratchDir data;
    Process gateway({REFRAIN_PROGRAM,
                     {"serve", "--listen", "0.0.0.0:0", "--data-dir", data / "data"},
                     {{"REFRAIN_UPSTREAMS_OPENAI_API_KEY_ENV", "TEST_KEY"}, {"TEST_KEY", "sk-own"}},
                     ""});

    CHECK(gateway.wait() == 1);
    CHECK(gateway.standard_error().find("allow_open") != std::string::npos);
}

TEST_CASE("SIGHUP reads the configuration again", "[e2e][reload]") {
    ScratchDir files;
    const std::string file = files / "refrain.toml";
    std::ofstream(file) << "mode = \"memoize\"\n";
    Scenario s({}, {"--config", file});
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    s.gateway.post(kChat, chat_request("Hi"));

    std::ofstream(file) << "mode = \"off\"\n";
    s.gateway.process().signal(SIGHUP);

    std::string outcome = "HIT";
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (outcome == "HIT" && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        outcome = s.gateway.post(kChat, chat_request("Hi")).header("X-Cache");
    }
    CHECK(outcome == "BYPASS");
}

TEST_CASE("No web page can use the control plane", "[e2e][control]") {
    Scenario s;
    CHECK(s.gateway.get("/refrain/stats").status == 200);
    CHECK(s.gateway.get("/refrain/stats", {{"Origin", "https://evil.example"}}).status == 403);
    CHECK(s.gateway.get("/refrain/stats", {{"Host", "evil.example"}}).status == 403);
    CHECK(s.gateway.get("/refrain/nothing").status == 404);
    CHECK(s.gateway.post("/refrain/stats", "").status == 405);
    CHECK(s.gateway.get("/refrain/ready").status == 200);
}

}  // namespace
}  // namespace refrain::tests
