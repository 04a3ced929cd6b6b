#include "e2e/upload.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace refrain::tests {
namespace {

using Json = nlohmann::json;

const std::string kVerbose =
    R"({"task":"transcribe","language":"english","duration":1.8,"text":"Welcome back. How are you?",)"
    R"("segments":[{"id":0,"seek":0,"start":0.0,"end":0.9,"text":" Welcome back.","tokens":[1]},)"
    R"({"id":1,"seek":0,"start":0.9,"end":1.8,"text":" How are you?","tokens":[2]}],)"
    R"("usage":{"type":"duration","seconds":2}})";
const std::string kBrief =
    R"({"text":"Welcome back. How are you?","usage":{"type":"duration","seconds":2}})";
const std::string kText = "Welcome back. How are you?\n";
const std::string kSrt =
    "1\n00:00:00,000 --> 00:00:00,900\nWelcome back.\n\n"
    "2\n00:00:00,900 --> 00:00:01,800\nHow are you?\n\n";
const std::string kVtt =
    "WEBVTT\n\n00:00:00.000 --> 00:00:00.900\nWelcome back.\n\n"
    "00:00:00.900 --> 00:00:01.800\nHow are you?\n\n";
const std::string kPlain = "text/plain; charset=utf-8";

// The scripted answer, with a member of its own so that it is told from a derived one.
Reply reply(const std::string& type, const std::string& body) {
    return Reply::whole(200, {{"Content-Type", type}}, body);
}

const std::string kDelta = R"({"type":"transcript.text.delta","delta":"Hello"})";
const std::string kDone =
    R"({"type":"transcript.text.done","text":"Hello","usage":{"type":"tokens","input_tokens":14,)"
    R"("input_token_details":{"text_tokens":0,"audio_tokens":14},"output_tokens":4,)"
    R"("total_tokens":18}})";

Upload gpt(bool stream) {
    Upload upload(recording("greeting.wav"));
    upload.field("model", "gpt-4o-transcribe");
    if (stream) upload.field("stream", "true");
    return upload;
}

std::string event(const std::string& data) {
    return "data: " + data + "\n\n";
}

Reply transcript_stream(const std::vector<std::string>& data) {
    auto reply = Reply::chunked(200, {{"Content-Type", "text/event-stream; charset=utf-8"}});
    for (const std::string& one : data)
        reply.chunk(event(one));
    return reply.finish();
}

}  // namespace

TEST_CASE("One verbose answer of Whisper is also json, text, srt and vtt", "[e2e][transcription]") {
    const auto path = GENERATE(as<std::string>{}, kTranscriptions, kTranslations);
    Scenario s;
    s.openai.on("POST", path, Reply::json(kVerbose));
    whisper(recording("greeting.wav"), "verbose_json").to(s.gateway, path);

    for (const auto& [format, type, body] :
         std::vector<std::array<std::string, 3>>{{"json", "application/json", kBrief},
                                                 {"", "application/json", kBrief},
                                                 {"text", kPlain, kText},
                                                 {"srt", kPlain, kSrt},
                                                 {"vtt", kPlain, kVtt}}) {
        CAPTURE(format);
        const auto answer = whisper(recording("greeting.flac"), format).to(s.gateway, path);
        CHECK(answer.header("X-Cache") == "HIT");
        CHECK(answer.header("Cache-Status").find("detail=derived") != std::string::npos);
        CHECK(answer.header("Content-Type") == type);
        CHECK(answer.body == body);
    }
    CHECK(s.openai.received() == 1);
}

TEST_CASE("A derived answer is still there after a restart", "[e2e][transcription]") {
    Scenario s;
    s.openai.on("POST", kTranscriptions, Reply::json(kVerbose));
    const std::string wav = recording("greeting.wav");
    whisper(wav, "verbose_json").to(s.gateway, kTranscriptions);
    s.gateway.restart();

    const auto answer = whisper(wav, "srt").to(s.gateway, kTranscriptions);

    CHECK(answer.header("X-Cache") == "HIT");
    CHECK(answer.body == kSrt);
}

TEST_CASE("A brief answer cannot stand for a verbose one, and both are kept",
          "[e2e][transcription]") {
    Scenario s;
    const std::string wav = recording("greeting.wav");
    s.openai.once("POST", kTranscriptions, Reply::json(R"({"text":"as it came"})"));
    s.openai.once("POST", kTranscriptions, Reply::json(kVerbose));

    const auto brief = whisper(wav).to(s.gateway, kTranscriptions);
    const auto verbose = whisper(wav, "verbose_json").to(s.gateway, kTranscriptions);

    CHECK(verbose.header("X-Cache") == "MISS");
    CHECK(verbose.body == kVerbose);
    // Each again: the brief one as the provider wrote it, not as it could be made.
    CHECK(whisper(wav).to(s.gateway, kTranscriptions).body == brief.body);
    CHECK(whisper(wav, "verbose_json").to(s.gateway, kTranscriptions).body == kVerbose);
    CHECK(s.openai.received() == 2);
}

TEST_CASE("Word times are another answer, and no other model's verbose answer is taken apart",
          "[e2e][transcription]") {
    Scenario s;
    s.openai.on("POST", kTranscriptions, Reply::json(kVerbose));
    const std::string wav = recording("greeting.wav");
    const auto words = [&](const std::string& format) {
        return whisper(wav, format).field("timestamp_granularities[]", "word");
    };

    words("verbose_json").to(s.gateway, kTranscriptions);
    CHECK(words("verbose_json").to(s.gateway, kTranscriptions).header("X-Cache") == "HIT");
    CHECK(whisper(wav, "verbose_json").to(s.gateway, kTranscriptions).header("X-Cache") == "MISS");
    const auto default_times =
        whisper(wav, "verbose_json").field("timestamp_granularities[]", "segment");
    CHECK(default_times.to(s.gateway, kTranscriptions).header("X-Cache") == "HIT");

    s.openai.on("POST", kTranscriptions, reply(kPlain, "As it came.\n"));
    CHECK(words("text").to(s.gateway, kTranscriptions).header("X-Cache") == "MISS");
    const auto other = [&](const std::string& format) {
        return Upload(wav).field("model", "other").field("response_format", format);
    };
    s.openai.once("POST", kTranscriptions, Reply::json(kVerbose));
    other("verbose_json").to(s.gateway, kTranscriptions);
    CHECK(other("text").to(s.gateway, kTranscriptions).header("X-Cache") == "MISS");
}

TEST_CASE("Every format is kept as it came", "[e2e][transcription]") {
    Scenario s;
    const auto [format, type, body] = GENERATE(table<std::string, std::string, std::string>({
        {"text", "text/plain; charset=utf-8", "Hello.\n"},
        {"srt", "text/plain; charset=utf-8", "1\n00:00:00,000 --> 00:00:01,000\nHello.\n\n\n"},
        {"srt", "application/x-subrip", "1\n00:00:00,000 --> 00:00:01,000\nHello.\n\n"},
        {"vtt", "text/vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n\n"},
        {"verbose_json", "application/json", kVerbose},
        {"diarized_json",
         "application/json",
         R"({"task":"transcribe","duration":1.8,"text":"Hi","segments":[],)"
         R"("usage":{"type":"duration","seconds":2}})"},
    }));
    CAPTURE(format);
    s.openai.on("POST", kTranscriptions, reply(type, body));
    const std::string wav = recording("greeting.wav");

    whisper(wav, format).to(s.gateway, kTranscriptions);
    const auto again = whisper(wav, format).to(s.gateway, kTranscriptions);

    CHECK(again.header("X-Cache") == "HIT");
    CHECK(again.header("Content-Type") == type);
    CHECK(again.body == body);
    CHECK(s.openai.received() == 1);
}

TEST_CASE("An answer that is no transcript of its format is never kept", "[e2e][transcription]") {
    Scenario s;
    const auto [format, type, body] = GENERATE(table<std::string, std::string, std::string>({
        {"json", "application/json", "{}"},
        {"json", "application/json", R"({"text":7})"},
        {"json", "application/json", R"({"text":"cut)"},
        {"json", "application/json", R"({"text":"","error":{"message":"x"}})"},
        {"json", "text/html", "<html>"},
        {"verbose_json", "application/json", R"({"text":"no times"})"},
        {"diarized_json", "application/json", R"({"text":"no speakers"})"},
        {"text", "text/plain", ""},
        {"text", "text/plain", " \n"},
        {"text", "text/plain", "\xff"},
        {"text", "text/html", "<html>busy</html>"},
        {"text", "application/json", R"({"text":"a"})"},
        {"srt", "text/plain", "busy"},
        {"vtt", "text/plain", "busy"},
    }));
    CAPTURE(format, type, body);
    s.openai.on("POST", kTranscriptions, reply(type, body));
    const std::string wav = recording("greeting.wav");

    const auto first = whisper(wav, format).to(s.gateway, kTranscriptions);
    whisper(wav, format).to(s.gateway, kTranscriptions);

    CHECK(first.body == body);
    CHECK(s.openai.received() == 2);
}

TEST_CASE("A streamed transcript answers the whole one", "[e2e][transcription]") {
    Scenario s;
    s.openai.on("POST", kTranscriptions, transcript_stream({kDelta, kDone}));

    const auto stream = gpt(true).to(s.gateway, kTranscriptions);
    const auto again = gpt(true).to(s.gateway, kTranscriptions);
    const auto whole = gpt(false).to(s.gateway, kTranscriptions);

    CHECK(stream.body == event(kDelta) + event(kDone));
    CHECK(again.header("X-Cache") == "HIT");
    CHECK(again.body == stream.body);
    CHECK(whole.header("X-Cache") == "HIT");
    CHECK(whole.header("Content-Type") == "application/json");
    Json expected = Json::parse(kDone);
    expected.erase("type");
    CHECK(Json::parse(whole.body) == expected);
    CHECK(s.openai.received() == 1);
}

TEST_CASE("A whole transcript answers the streamed one", "[e2e][transcription]") {
    Scenario s;
    Json answer = Json::parse(kDone);
    answer.erase("type");
    s.openai.on("POST", kTranscriptions, Reply::json(answer.dump()));

    gpt(false).to(s.gateway, kTranscriptions);
    const auto stream = gpt(true).to(s.gateway, kTranscriptions);

    CHECK(stream.header("X-Cache") == "HIT");
    CHECK(stream.header("Content-Type") == "text/event-stream; charset=utf-8");
    REQUIRE(stream.body.starts_with(event(kDelta)));
    const std::string done = stream.body.substr(event(kDelta).size());
    CHECK(Json::parse(done.substr(6)) == Json::parse(kDone));
    CHECK(s.openai.received() == 1);
}

TEST_CASE("A stream without its last event is passed on and not kept", "[e2e][transcription]") {
    Scenario s;
    const auto events = GENERATE(std::vector<std::string>{kDelta},
                                 std::vector<std::string>{kDelta, "[DONE]"},
                                 std::vector<std::string>{kDone, kDelta},
                                 std::vector<std::string>{R"({"error":{"message":"busy"}})", kDone},
                                 std::vector<std::string>{kDelta, R"({"type":"other"})", kDone});
    s.openai.on("POST", kTranscriptions, transcript_stream(events));

    const auto first = gpt(true).to(s.gateway, kTranscriptions);
    gpt(true).to(s.gateway, kTranscriptions);

    CHECK(first.body.starts_with(event(events.front())));
    CHECK(s.openai.received() == 2);
}

TEST_CASE("A stream that others end with DONE is kept with it", "[e2e][transcription]") {
    Scenario s;
    s.openai.on("POST", kTranscriptions, transcript_stream({kDelta, kDone, "[DONE]"}));

    gpt(true).to(s.gateway, kTranscriptions);
    const auto again = gpt(true).to(s.gateway, kTranscriptions);

    CHECK(again.header("X-Cache") == "HIT");
    CHECK(again.body.ends_with("data: [DONE]\n\n"));
}

TEST_CASE("whisper-1 does not stream, so that being asked to changes nothing",
          "[e2e][transcription]") {
    Scenario s;
    s.openai.on("POST", kTranscriptions, Reply::json(kBrief));
    const std::string wav = recording("greeting.wav");

    whisper(wav).to(s.gateway, kTranscriptions);
    const auto streamed = whisper(wav).field("stream", "true").to(s.gateway, kTranscriptions);

    CHECK(streamed.header("X-Cache") == "HIT");
    CHECK(streamed.body == kBrief);
}

TEST_CASE("A stream of another format is an answer of its own", "[e2e][transcription]") {
    Scenario s;
    s.openai.on("POST", kTranscriptions, transcript_stream({kDelta, kDone}));
    const auto diarized = [](bool stream) {
        return gpt(stream).field("response_format", "diarized_json");
    };

    diarized(true).to(s.gateway, kTranscriptions);

    CHECK(diarized(true).to(s.gateway, kTranscriptions).header("X-Cache") == "HIT");
    CHECK(diarized(false).to(s.gateway, kTranscriptions).header("X-Cache") == "MISS");
    CHECK(s.openai.received() == 2);
}

}  // namespace refrain::tests
