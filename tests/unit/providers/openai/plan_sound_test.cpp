// Sound inside of a JSON body is keyed by what is heard.
#include "base/text_code.hpp"
#include "providers/openai/endpoints.hpp"
#include "unit/providers/openai/planning.hpp"

#include <fstream>
#include <iterator>

namespace refrain::providers::openai {
namespace {

std::string recording(const std::string& name) {
    std::ifstream file(REFRAIN_SOURCE_DIR "/samples/audio/" + name, std::ios::binary);
    REQUIRE(file);
    return base64_encode(std::string(std::istreambuf_iterator<char>(file), {}));
}

std::string asking(const std::string& part) {
    return R"({"model":"m","messages":[{"role":"user","content":[)" + part + "]}]}";
}

std::string input_audio(const std::string& data, const std::string& format) {
    return asking(R"({"type":"input_audio","input_audio":{"data":")" + data + R"(","format":")" +
                  format + "\"}}");
}

std::string audio_url(const std::string& data, const std::string& type) {
    return asking(R"({"type":"audio_url","audio_url":{"url":"data:)" + type + ";base64," + data +
                  "\"}}");
}

Plan plan_of(const std::string& body, audio::IdentityMode mode = audio::IdentityMode::sound) {
    Request request;
    request.method = "POST";
    request.path = kChatPath;
    request.content_type = "application/json";
    request.body = body;
    KeyOptions options;
    options.audio_identity = mode;
    return chat().plan(request, options);
}

}  // namespace

TEST_CASE("A recording in a chat has one key in any lossless file", "[providers][plan][audio]") {
    const Plan wav = plan_of(input_audio(recording("greeting.wav"), "wav"));
    const auto canonical = [](const std::string& file, const std::string& format) {
        return plan_of(input_audio(recording(file), format)).canonical;
    };

    CHECK(wav.bypass.empty());
    CHECK(wav.left_out == std::vector<std::string>{"format"});
    CHECK(canonical("greeting-tagged.wav", "wav") == wav.canonical);
    CHECK(canonical("greeting.flac", "flac") == wav.canonical);
    CHECK(canonical("greeting-one-sample-off.flac", "flac") != wav.canonical);
    CHECK(canonical("greeting.mp3", "mp3") == canonical("greeting-tagged.mp3", "mp3"));
    CHECK(canonical("greeting.mp3", "mp3") != wav.canonical);
}

TEST_CASE("A recording in a data URL is the same sound under any media type",
          "[providers][plan][audio]") {
    const Plan wav = plan_of(audio_url(recording("greeting.wav"), "audio/wav"));

    CHECK(plan_of(audio_url(recording("greeting.flac"), "audio/flac")).canonical == wav.canonical);
    CHECK(plan_of(audio_url(recording("greeting.wav"), "text/wav")).canonical != wav.canonical);
    CHECK(wav.asked.audio_milliseconds == 2480);
}

TEST_CASE("How long the sound in a request plays is added up", "[providers][plan][audio]") {
    const std::string twice = R"({"type":"input_audio","input_audio":{"format":"mp3","data":")" +
                              recording("greeting.mp3") + "\"}}";

    CHECK(plan_of(asking(twice + "," + twice)).asked.audio_milliseconds == 4960);
    CHECK(plan_of(input_audio("AAEC", "wav")).asked.audio_milliseconds == 0);
}

TEST_CASE("Sound that is not known keeps its bytes and its format in the key",
          "[providers][plan][audio]") {
    const Plan wav = plan_of(input_audio("AAEC", "wav"));

    CHECK(plan_of(input_audio("AAEC", "mp3")).canonical != wav.canonical);
    CHECK(plan_of(input_audio("AAED", "wav")).canonical != wav.canonical);
    CHECK(plan_of(input_audio("not base64", "wav")).bypass.empty());
    // Raw samples at a rate of their own, whatever their first bytes look like.
    const std::string data = recording("tone.wav");
    CHECK(plan_of(input_audio(data, "pcm16")).canonical !=
          plan_of(input_audio(data, "wav")).canonical);
}

TEST_CASE("Identity by bytes keeps twins apart", "[providers][plan][audio]") {
    using audio::IdentityMode;
    const Plan wav = plan_of(input_audio(recording("greeting.wav"), "wav"), IdentityMode::bytes);
    const Plan twin =
        plan_of(input_audio(recording("greeting-tagged.wav"), "wav"), IdentityMode::bytes);

    CHECK(wav.canonical != twin.canonical);
    CHECK(wav.asked.audio_milliseconds == 2480);
}

TEST_CASE("Only a long body with sound in it is planned slowly", "[providers][plan][audio]") {
    const std::string padding(70 << 10, 'A');
    const auto is_slow = [](const Endpoint& endpoint, const std::string& body) {
        Request request;
        request.body = body;
        return endpoint.plans_slowly(request);
    };

    CHECK(is_slow(chat(), input_audio(padding, "wav")));
    CHECK(is_slow(responses(), audio_url(padding, "audio/wav")));
    CHECK_FALSE(is_slow(chat(), input_audio("AAEC", "wav")));
    CHECK_FALSE(is_slow(chat(), asking(R"({"type":"text","text":")" + padding + "\"}")));
}

}  // namespace refrain::providers::openai
