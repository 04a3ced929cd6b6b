// The demo provider's speech: real sound, the same for the same request.
#include "e2e/demo_fixture.hpp"

#include <cstdint>

namespace refrain::tests {
namespace {

using Json = nlohmann::json;

Json speech_request(const std::string& format, const Json& more = Json::object()) {
    Json body = {{"model", "gpt-4o-mini-tts"},
                 {"voice", "alloy"},
                 {"input", "Good morning, and welcome back."},
                 {"response_format", format}};
    body.update(more);
    return body;
}

std::string speech_of(Demo& demo, const Json& body) {
    const auto answer = demo.post("/v1/audio/speech", body);
    REQUIRE(answer);
    CAPTURE(answer->body.substr(0, 200));
    REQUIRE(answer->status == 200);
    return answer->body;
}

// Samples in a WAV that begins with "fmt ", as the demo's do.
std::uint32_t data_bytes(const std::string& wav) {
    const auto at = wav.find("data");
    REQUIRE(at != std::string::npos);
    std::uint32_t size = 0;
    for (std::size_t i = 4; i-- > 0;)
        size = size << 8U | static_cast<unsigned char>(wav.at(at + 4 + i));
    return size;
}

TEST_CASE("Demo speech comes in every format, each with its type", "[demo][speech]") {
    Demo demo;
    const auto [format, type, beginning] = GENERATE(table<std::string, std::string, std::string>({
        {"mp3", "audio/mpeg", "ID3"},
        {"opus", "audio/opus", "OggS"},
        {"aac", "audio/aac", "\xff\xf9"},
        {"flac", "audio/flac", "fLaC"},
        {"wav", "audio/wav", "RIFF"},
        {"pcm", "audio/pcm", ""},
    }));
    CAPTURE(format);

    const auto answer = demo.post("/v1/audio/speech", speech_request(format));

    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->get_header_value("Content-Type") == type);
    CHECK(answer->body.starts_with(beginning));
    CHECK(answer->body.size() > 2'000);
    CHECK(speech_of(demo, speech_request(format)) == answer->body);
}

TEST_CASE("Demo speech depends on text, voice, speed and instructions", "[demo][speech]") {
    Demo demo;
    const std::string plain = speech_of(demo, speech_request("wav"));
    CHECK(plain.find("Good morning, and welcome back.") != std::string::npos);
    for (const Json& more : {Json{{"voice", "nova"}},
                             Json{{"voice", {{"id", "voice_1"}}}},
                             Json{{"speed", 1.5}},
                             Json{{"instructions", "Whisper."}},
                             Json{{"input", "Good evening, and welcome back."}}}) {
        CAPTURE(more.dump());
        CHECK(speech_of(demo, speech_request("wav", more)) != plain);
    }
    const auto slow = speech_of(demo, speech_request("wav", {{"speed", 0.5}}));
    const auto fast = speech_of(demo, speech_request("wav", {{"speed", 2}}));
    CHECK(data_bytes(slow) > 3 * data_bytes(fast));
}

TEST_CASE("Demo speech as events joins to the same sound", "[demo][speech]") {
    Demo demo;
    const auto events =
        demo.stream("/v1/audio/speech", speech_request("wav", {{"stream_format", "sse"}}));

    REQUIRE(events.size() > 2);
    const auto done = Json::parse(events.back());
    CHECK(done.at("type") == "speech.audio.done");
    CHECK(done.at("usage").at("total_tokens").get<int>() > 20);
    CHECK(Json::parse(events.front()).at("type") == "speech.audio.delta");
}

TEST_CASE("Demo speech refuses as OpenAI does", "[demo][speech]") {
    Demo demo;
    for (const Json& more : {Json{{"input", ""}},
                             Json{{"input", std::string(4'097, 'x')}},
                             Json{{"speed", 5}},
                             Json{{"response_format", "midi"}},
                             Json{{"voice", nullptr}},
                             Json{{"model", "tts-1"}, {"stream_format", "sse"}}}) {
        CAPTURE(more.dump().substr(0, 80));
        const auto answer = demo.post("/v1/audio/speech", speech_request("mp3", more));
        REQUIRE(answer);
        CHECK(answer->status == 400);
        CHECK(Json::parse(answer->body).at("error").at("type") == "invalid_request_error");
    }
}

}  // namespace
}  // namespace refrain::tests
