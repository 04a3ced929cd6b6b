// Large answers are sent from files in memory: whatever their size, their readers and what becomes
// of the entry meanwhile, the bytes are those that were bought.
#include "e2e/raw_client.hpp"
#include "e2e/speech.hpp"

#include <catch2/catch.hpp>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace refrain::tests {
namespace {

constexpr std::size_t kFrom = 32 * 1024;  // cache::kBodyFileFrom
constexpr std::size_t kMiB = 1 << 20;

// A chat answer of exactly that many bytes, none like the one before.
std::string answer_of(std::size_t size) {
    std::string text(size - chat_answer("").size(), ' ');
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = static_cast<char>('a' + (i * i + i / 251) % 26);
    return chat_answer(text);
}

// How many bodies the gateway holds in files.
int files_in(Gateway& gateway) {
    int count = 0;
    const auto folder = "/proc/" + std::to_string(gateway.process().pid()) + "/fd";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::error_code gone;
        const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
        if (target.find("memfd:refrain-body") != std::string::npos) ++count;
    }
    return count;
}

// Tries for a while: the store is written behind the answer.
bool comes_to_hold(Gateway& gateway, int count) {
    for (int i = 0; i < 500; ++i) {
        if (files_in(gateway) == count) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
}

void purge_everything(Gateway& gateway) {
    REQUIRE(gateway.post("/refrain/invalidate", R"({"all":true})").status == 200);
}

// A speech of that many bytes, bought, and asked for again by a client that reads when told to.
struct SlowReader {
    explicit SlowReader(std::size_t size) : wav(wav_of((size - 44) / 2)) {
        s.openai.on("POST", kSpeech, sound(wav));
        REQUIRE(s.gateway.post(kSpeech, speech_request("Long")).body == wav);
        REQUIRE(comes_to_hold(s.gateway, 1));
        client.emplace(s.gateway.port());
        client->post(kSpeech, speech_request("Long"), "Connection: close\r\n");
        REQUIRE(client->read_until("\r\n\r\n"));
    }

    bool reads_the_rest() {
        if (!client->read_to_end(std::chrono::seconds(60))) return false;
        const auto head = client->received().find("\r\n\r\n") + 4;
        return client->received().substr(head) == wav;
    }

    const std::string wav;
    Scenario s;
    std::optional<RawClient> client;
};

TEST_CASE("A hit has the bytes that were bought, whatever their number", "[e2e][large]") {
    Scenario s;
    const std::vector<std::size_t> sizes{
        kFrom - 1, kFrom, kFrom + 1, 64 * 1024, 256 * 1024, kMiB, 5 * kMiB + 3};
    for (const std::size_t size : sizes) {
        s.openai.once("POST", kChat, Reply::json(answer_of(size)));
        const std::string request = chat_request(std::to_string(size));
        s.gateway.post(kChat, request);
        // A long answer is passed on before it is judged and kept.
        for (int tries = 0; tries < 2'000; ++tries) {
            if (s.gateway.post(kChat, request).header("X-Cache") == "HIT") break;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }

    for (const std::string tier : {"memory", "disk"}) {
        if (tier == "disk") s.gateway.restart();
        for (const std::size_t size : sizes) {
            CAPTURE(tier, size);
            const auto hit = s.gateway.post(kChat, chat_request(std::to_string(size)));
            CHECK(hit.header("X-Cache") == "HIT");
            CHECK(hit.header("Cache-Status").find("detail=" + tier) != std::string::npos);
            CHECK(hit.header("Content-Length") == std::to_string(size));
            CHECK((hit.body == answer_of(size)));
        }
        CHECK(files_in(s.gateway) == 6);
    }
    purge_everything(s.gateway);
    CHECK(comes_to_hold(s.gateway, 0));
}

TEST_CASE("A connection goes on after a large answer", "[e2e][large]") {
    Scenario s;
    const auto large = answer_of(300'000);
    s.openai.once("POST", kChat, Reply::json(large));
    s.openai.once("POST", kChat, Reply::json(chat_answer("the end")));
    s.gateway.post(kChat, chat_request("large"));
    s.gateway.post(kChat, chat_request("small"));

    RawClient client(s.gateway.port());
    for (int i = 0; i < 3; ++i)
        client.post(kChat, chat_request("large"));
    client.post(kChat, chat_request("small"), "Connection: close\r\n");
    REQUIRE(client.read_to_end());

    std::string rest = client.received();
    for (int i = 0; i < 3; ++i) {
        const auto body = rest.find("\r\n\r\n") + 4;
        REQUIRE((rest.substr(body, large.size()) == large));
        rest.erase(0, body + large.size());
    }
    CHECK(rest.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(rest.ends_with(chat_answer("the end")));
}

TEST_CASE("A player seeks in a large file", "[e2e][large][link]") {
    Scenario s;
    const auto wav = wav_of(500'000);
    s.openai.on("POST", kSpeech, sound(wav));
    const auto link = link_in(s.gateway.post(kSpeech, speech_request("Long"), kAsLink));
    const std::string path = path_of(link);
    const auto part = [&](std::size_t first, std::size_t last) {
        const auto answer = s.gateway.get(
            path, {{"Range", "bytes=" + std::to_string(first) + "-" + std::to_string(last)}});
        CHECK(answer.status == 206);
        return answer.body;
    };

    CHECK((s.gateway.get(path).body == wav));
    for (const std::size_t size :
         {std::size_t{1}, kFrom - 1, kFrom, kFrom + 1, wav.size() - 4'097}) {
        for (const std::size_t first : {std::size_t{0}, std::size_t{1}, std::size_t{4'097}}) {
            CAPTURE(size, first);
            CHECK((part(first, first + size - 1) == wav.substr(first, size)));
        }
    }
    CHECK((part(wav.size() - kFrom - 5, wav.size() + 5) == wav.substr(wav.size() - kFrom - 5)));

    RawClient head(s.gateway.port());
    head.send("HEAD " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    REQUIRE(head.read_to_end());
    CHECK(head.received().find("Content-Length: " + std::to_string(wav.size())) !=
          std::string::npos);
    CHECK(head.received().ends_with("\r\n\r\n"));
}

TEST_CASE("A slow reader gets every byte, though the entry is purged meanwhile", "[e2e][large]") {
    SlowReader reader(12 * kMiB);

    purge_everything(reader.s.gateway);
    // Others take the memory that the entry gave back.
    for (int i = 0; i < 4; ++i) {
        reader.s.openai.once("POST", kSpeech, sound(wav_of(2'000'000, 7 + i)));
        reader.s.gateway.post(kSpeech, speech_request(std::to_string(i)));
    }

    CHECK(reader.reads_the_rest());
    purge_everything(reader.s.gateway);
    CHECK(comes_to_hold(reader.s.gateway, 0));
}

TEST_CASE("A reader who leaves half way costs nobody", "[e2e][large]") {
    SlowReader reader(12 * kMiB);

    reader.client->close();

    purge_everything(reader.s.gateway);
    CHECK(comes_to_hold(reader.s.gateway, 0));
    reader.s.openai.on("POST", kSpeech, sound(wav_of(50'000)));
    reader.s.gateway.post(kSpeech, speech_request("Next"));
    CHECK(reader.s.gateway.post(kSpeech, speech_request("Next")).body == wav_of(50'000));
}

TEST_CASE("With few descriptors left large answers are kept and right all the same",
          "[e2e][large]") {
    Scenario s;
    const rlimit few{256, 256};
    REQUIRE(::prlimit(s.gateway.process().pid(), RLIMIT_NOFILE, &few, nullptr) == 0);
    s.openai.on("POST", kSpeech, [](const Seen& seen) {
        return sound(wav_of(20'000 + seen.body.size() * 100));
    });
    std::vector<std::string> bought;
    for (std::size_t i = 0; i < 80; ++i) {
        bought.push_back(s.gateway.post(kSpeech, speech_request(std::string(i + 1, 'a'))).body);
    }

    CHECK(files_in(s.gateway) == 32);
    for (std::size_t i = 0; i < bought.size(); ++i) {
        CAPTURE(i);
        const auto hit = s.gateway.post(kSpeech, speech_request(std::string(i + 1, 'a')));
        CHECK(hit.header("X-Cache") == "HIT");
        CHECK((hit.body == bought[i]));
    }
}

}  // namespace
}  // namespace refrain::tests
