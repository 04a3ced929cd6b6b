// Told to end a second time, the gateway ends at once, whatever is under way: with 0, and with what
// it kept on disk.
#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"
#include "e2e/upload.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace refrain::tests {
namespace {

constexpr std::size_t kMiB = 1 << 20;

// Sixteen bits, mono: long enough that decoding it takes a worker a while.
std::string long_recording(std::size_t bytes) {
    const auto number = [](std::size_t value, int size) {
        std::string text;
        for (int i = 0; i < size; ++i)
            text.push_back(static_cast<char>(value >> 8 * i & 0xff));
        return text;
    };
    std::string samples(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i)
        samples[i] = static_cast<char>(i * i >> 7);
    return "RIFF" + number(bytes + 36, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) +
           number(1, 2) + number(16'000, 4) + number(32'000, 4) + number(2, 2) + number(16, 2) +
           "data" + number(bytes, 4) + samples;
}

void tell_twice(Gateway& gateway) {
    gateway.process().signal(SIGTERM);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    gateway.process().signal(SIGTERM);
}

void check_end(Scenario& s) {
    CHECK(s.gateway.process().wait() == 0);
    const auto errors = s.gateway.process().standard_error();
    CHECK(errors.find("ERROR") == std::string::npos);
    s.gateway.restart();
    CHECK(s.gateway.post(kChat, chat_request("kept")).header("X-Cache") == "HIT");
}

}  // namespace

TEST_CASE("Told twice, the gateway ends well while a worker still works", "[e2e][drain]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    s.openai.on("POST", kTranscriptions, Reply::json(R"({"text":"long"})"));
    const Upload upload = whisper(long_recording(60 * kMiB));
    const std::string body = upload.body();
    const std::string type = upload.headers().find("Content-Type")->second;
    RawClient client(s.gateway.port());
    client.send("POST " + kTranscriptions +
                " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk-test\r\nContent-Type: " + type +
                "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    s.gateway.post(kChat, chat_request("kept"));

    tell_twice(s.gateway);
    check_end(s);
}

TEST_CASE("Told twice, the gateway ends well while callers of every loop wait for more",
          "[e2e][drain]") {
    Scenario s(
        Environment{{"REFRAIN_SERVER_THREADS", "3"}, {"REFRAIN_SERVER_INFLIGHT_MEMORY", "1MiB"}});
    Gate never;
    const auto chunks = chat_chunks("Hello");
    s.openai.on("POST", kChat, [&](const Seen& seen) {
        if (seen.body.find("kept") != std::string::npos) return Reply::json(chat_answer("Hello"));
        auto reply = Reply::chunked(200, {{"Content-Type", "text/event-stream"}});
        reply.chunk(chunks[0]);
        if (seen.body.find("long") != std::string::npos) {
            for (int i = 0; i < 64; ++i)
                reply.chunk("data: " + std::string(256 << 10, 'x') + "\n\n");
        }
        return reply.wait(never);
    });
    s.gateway.post(kChat, chat_request("kept"));
    // Shared by callers of several loops; and one that memory has no room for, whose readers read
    // nothing.
    std::vector<std::unique_ptr<RawClient>> clients;
    for (const std::string prompt : {"shared", "long"}) {
        for (int i = 0; i < 12; ++i) {
            auto& client = clients.emplace_back(std::make_unique<RawClient>(s.gateway.port()));
            client->post(kChat, chat_request(prompt, R"(,"stream":true)"));
            REQUIRE(client->read_until("assistant"));
        }
    }
    RawClient waits(s.gateway.port());
    waits.post(kChat, chat_request("in the middle", R"(,"stream":true)"));
    REQUIRE(waits.read_until("assistant"));

    tell_twice(s.gateway);
    check_end(s);
    never.open();
}

}  // namespace refrain::tests
