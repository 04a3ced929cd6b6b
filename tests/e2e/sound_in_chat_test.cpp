// A question about a recording is asked once, however the recording is wrapped.
#include "base/text_code.hpp"
#include "e2e/gateway.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

namespace refrain::tests {
namespace {

std::string asking_about(const std::string& file, const std::string& format) {
    std::ifstream in(REFRAIN_SOURCE_DIR "/samples/audio/" + file, std::ios::binary);
    REQUIRE(in);
    const std::string data = base64_encode(std::string(std::istreambuf_iterator<char>(in), {}));
    return R"({"model":"gpt-audio","messages":[{"role":"user","content":[{"type":"input_audio",)"
           R"("input_audio":{"data":")" +
           data + R"(","format":")" + format + R"("}}]}]})";
}

}  // namespace

TEST_CASE("A recording asked about again in another lossless file is a hit", "[e2e][audio]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("A greeting")));

    const auto wav = s.gateway.post(kChat, asking_about("greeting.wav", "wav"));
    const auto tagged = s.gateway.post(kChat, asking_about("greeting-tagged.wav", "wav"));
    const auto flac = s.gateway.post(kChat, asking_about("greeting.flac", "flac"));
    const auto other = s.gateway.post(kChat, asking_about("greeting-one-sample-off.flac", "flac"));

    CHECK(wav.header("X-Cache") == "MISS");
    CHECK(tagged.header("X-Cache") == "HIT");
    CHECK(flac.header("X-Cache") == "HIT");
    CHECK(flac.body == wav.body);
    CHECK(other.header("X-Cache") == "MISS");
    CHECK(s.openai.received() == 2);
}

TEST_CASE("With identity by bytes a recording is its file", "[e2e][audio]") {
    Scenario s(Environment{{"REFRAIN_AUDIO_IDENTITY", "bytes"}});
    s.openai.on("POST", kChat, Reply::json(chat_answer("A greeting")));

    s.gateway.post(kChat, asking_about("greeting.wav", "wav"));
    const auto again = s.gateway.post(kChat, asking_about("greeting.wav", "wav"));
    const auto tagged = s.gateway.post(kChat, asking_about("greeting-tagged.wav", "wav"));

    CHECK(again.header("X-Cache") == "HIT");
    CHECK(tagged.header("X-Cache") == "MISS");
}

}  // namespace refrain::tests
