#include "e2e/demo_fixture.hpp"

#include <fstream>
#include <iterator>

using refrain::tests::Demo;
using Json = nlohmann::json;

namespace {

std::string recording(const std::string& name) {
    std::ifstream file(REFRAIN_SOURCE_DIR "/samples/audio/" + name, std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

httplib::Result transcribe(Demo& demo,
                           const std::string& file,
                           httplib::MultipartFormDataItems fields,
                           const std::string& path = "/v1/audio/transcriptions") {
    fields.push_back({"file", recording(file), "speech", "application/octet-stream"});
    return demo.client().Post(path, fields);
}

std::string text_of(Demo& demo, const std::string& file) {
    const auto answer = transcribe(demo, file, {{"model", "whisper-1", "", ""}});
    REQUIRE(answer);
    REQUIRE(answer->status == 200);
    return Json::parse(answer->body).at("text").get<std::string>();
}

}  // namespace

TEST_CASE("Demo: a transcript depends on the sound alone", "[demo][transcription]") {
    Demo demo;

    const std::string text = text_of(demo, "greeting.wav");

    CHECK(text == text_of(demo, "greeting.wav"));
    CHECK(text == text_of(demo, "greeting.flac"));
    CHECK(text != text_of(demo, "greeting-one-sample-off.flac"));
}

TEST_CASE("Demo: every response format tells the same, with the recording's real length",
          "[demo][transcription]") {
    Demo demo;
    const std::string text = text_of(demo, "greeting.wav");
    const auto ask = [&](const std::string& format) {
        const auto answer =
            transcribe(demo,
                       "greeting.wav",
                       {{"model", "whisper-1", "", ""}, {"response_format", format, "", ""}});
        REQUIRE(answer);
        CAPTURE(answer->body);
        REQUIRE(answer->status == 200);
        return answer->body;
    };

    const Json verbose = Json::parse(ask("verbose_json"));
    CHECK(verbose["text"] == text);
    const double seconds = verbose["duration"];
    CHECK(seconds > 1);
    CHECK(verbose["segments"].back()["end"] == Approx(seconds).margin(0.01));
    CHECK(verbose["usage"]["seconds"] == std::ceil(seconds));
    CHECK(ask("text") == text + "\n");
    CHECK(ask("srt").starts_with("1\n00:00:00,000 --> 00:00:"));
    CHECK(ask("vtt").starts_with("WEBVTT\n\n00:00:00.000 --> 00:00:"));
    CHECK(Json::parse(ask("diarized_json"))["segments"][0]["speaker"] == "A");
}

TEST_CASE("Demo: a streamed transcript ends with all of it and its usage",
          "[demo][transcription]") {
    Demo demo;
    const auto answer = transcribe(demo,
                                   "greeting.wav",
                                   {{"model", "gpt-4o-transcribe", "", ""},
                                    {"stream", "true", "", ""},
                                    {"include[]", "logprobs", "", ""}});

    REQUIRE(answer);
    CHECK(answer->get_header_value("Content-Type") == "text/event-stream; charset=utf-8");
    const auto last = answer->body.rfind("data: ");
    const Json done = Json::parse(answer->body.substr(last + 6));
    CHECK(done["type"] == "transcript.text.done");
    CHECK(done["text"] == text_of(demo, "greeting.wav"));
    CHECK(done["usage"]["type"] == "tokens");
    CHECK_FALSE(done["logprobs"].empty());
}

TEST_CASE("Demo: an upload that is no recording is refused as OpenAI does",
          "[demo][transcription]") {
    Demo demo;
    const httplib::MultipartFormDataItems model{{"model", "whisper-1", "", ""}};

    const auto missing = demo.client().Post("/v1/audio/transcriptions", model);
    const auto text = transcribe(demo, "../../README.md", model);
    const auto format =
        transcribe(demo,
                   "greeting.wav",
                   {{"model", "gpt-4o-transcribe", "", ""}, {"response_format", "srt", "", ""}});
    const auto translation = transcribe(demo, "greeting.wav", model, "/v1/audio/translations");

    CHECK(missing->status == 400);
    CHECK(Json::parse(missing->body)["error"]["param"] == "file");
    CHECK(text->status == 400);
    CHECK(text->body.find("Invalid file format") != std::string::npos);
    CHECK(Json::parse(format->body)["error"]["code"] == "unsupported_value");
    CHECK(translation->status == 200);
    CHECK_FALSE(Json::parse(translation->body).contains("usage"));
}
