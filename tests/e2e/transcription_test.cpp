#include "e2e/upload.hpp"

#include <catch2/catch.hpp>

namespace refrain::tests {
namespace {

const std::string kAnswer = R"({"text":"Welcome back.","usage":{"type":"duration","seconds":2}})";

struct Office : Scenario {
    explicit Office(Environment environment = {}) : Scenario(std::move(environment)) {
        openai.on("POST", kTranscriptions, Reply::json(kAnswer));
        openai.on("POST", kTranslations, Reply::json(R"({"text":"Welcome back."})"));
    }
};

std::string detail_of(const Answer& answer) {
    const std::string status = answer.header("Cache-Status");
    const auto at = status.find("detail=");
    return at == status.npos ? "" : status.substr(at + 7, status.find(';', at) - at - 7);
}

// A form with another part in front: REQUIRES: the default boundary.
std::string with_part(const Upload& upload, const std::string& header, const std::string& body) {
    return "------formdata-undici-0123456789\r\n" + header + "\r\n\r\n" + body + "\r\n" +
           upload.body();
}

}  // namespace

TEST_CASE("The same recording is transcribed once, whatever its file, its tags and its form",
          "[e2e][transcription]") {
    Office s;
    const std::string wav = recording("greeting.wav");
    const auto first = whisper(wav).to(s.gateway, kTranscriptions);

    const std::vector<Upload> again{
        whisper(wav),
        Upload(wav, "another name.mp3").field("model", "whisper-1"),
        whisper(wav).file_first(),
        whisper(wav).boundary("xyz"),
        whisper(wav).field("response_format", "json").field("temperature", "0.0"),
        whisper(recording("greeting-tagged.wav")),
        whisper(recording("greeting.flac")),
    };

    CHECK(first.header("X-Cache") == "MISS");
    CHECK(first.body == kAnswer);
    for (const Upload& upload : again) {
        const auto answer = upload.to(s.gateway, kTranscriptions);
        CHECK(answer.header("X-Cache") == "HIT");
        CHECK(answer.body == kAnswer);
        CHECK(answer.header("Content-Type") == first.header("Content-Type"));
    }
    CHECK(s.openai.received() == 1);
}

TEST_CASE("What goes upstream is the caller's own form, byte for byte", "[e2e][transcription]") {
    Office s;
    const Upload upload = whisper(recording("greeting.wav"), "json").field("x", "ä\r\n");

    upload.to(s.gateway, kTranscriptions);

    CHECK(s.openai.last().body == upload.body());
    CHECK(s.openai.last().header("Content-Type") ==
          "multipart/form-data; boundary=----formdata-undici-0123456789");
}

TEST_CASE("Another recording, or another question about it, is asked", "[e2e][transcription]") {
    Office s;
    const std::string flac = recording("greeting.flac");
    whisper(flac).to(s.gateway, kTranscriptions);

    const std::vector<Upload> others{
        whisper(recording("greeting-one-sample-off.flac")),
        whisper(recording("greeting.mp3")),
        Upload(flac).field("model", "gpt-4o-transcribe"),
        whisper(flac).field("language", "en"),
        whisper(flac).field("prompt", "Refrain"),
        whisper(flac).field("temperature", "0.2"),
        whisper(flac).field("unknown", "1"),
        whisper(flac).field("chunking_strategy", "auto"),
        whisper(flac).field("known_speaker_names[]", "a").field("known_speaker_names[]", "b"),
        whisper(flac).field("known_speaker_names[]", "b").field("known_speaker_names[]", "a"),
    };

    for (const Upload& upload : others)
        CHECK(upload.to(s.gateway, kTranscriptions).header("X-Cache") == "MISS");
    CHECK(s.openai.received() == others.size() + 1);
}

TEST_CASE("A translation is no transcription", "[e2e][translation]") {
    Office s;
    const Upload upload = whisper(recording("greeting.wav"));

    upload.to(s.gateway, kTranscriptions);
    CHECK(upload.to(s.gateway, kTranslations).header("X-Cache") == "MISS");
    const auto again = upload.to(s.gateway, kTranslations);

    CHECK(again.header("X-Cache") == "HIT");
    CHECK(again.ttl() > 2'591'940);
    CHECK(again.ttl() <= 2'592'000);
    CHECK(s.openai.received() == 2);
}

TEST_CASE("A form that cannot be understood is the provider's to judge, and is never kept",
          "[e2e][transcription]") {
    Office s;
    const std::string wav = recording("tone.wav");
    const auto [body, reason] = GENERATE_COPY(table<std::string, std::string>({
        {"not a form", "malformed-multipart"},
        {"", "malformed-multipart"},
        {whisper(wav).body() + "more", "malformed-multipart"},
        {whisper(wav).boundary("other").body(), "malformed-multipart"},
        {whisper(wav).body().substr(0, 2000), "malformed-multipart"},
        {with_part(whisper(wav), "Content-Disposition: form-data; name=file", "text"), "no-file"},
        {with_part(whisper(wav), "Content-Disposition: form-data; name=other; filename=a", "text"),
         "unexpected-file"},
        {with_part(whisper(wav),
                   "Content-Disposition: form-data; name=prompt\r\n"
                   "Content-Type: text/plain; charset=utf-16",
                   "text"),
         "content-type"},
        {whisper(wav).field("model", "other").body(), "duplicate-names"},
        {whisper(wav).field("prompt", "\xff").body(), "invalid-unicode"},
        {whisper(wav, "yaml").body(), "invalid-field"},
        {whisper(wav).field("stream", "yes").body(), "invalid-field"},
        {Upload(wav).body(), "no-model"},
        {whisper("this is a text, and no sound at all").body(), "not-audio"},
        {whisper("").body(), "not-audio"},
        {whisper("<html>").body(), "not-audio"},
    }));
    CAPTURE(reason);
    const auto headers = whisper(wav).headers();

    const auto first = s.gateway.post(kTranscriptions, body, headers);
    const auto second = s.gateway.post(kTranscriptions, body, headers);

    CHECK(first.status == 200);
    CHECK(first.header("X-Cache") == "BYPASS");
    CHECK(detail_of(first) == reason);
    CHECK(second.header("X-Cache") == "BYPASS");
    CHECK(s.openai.received() == 2);
    CHECK(s.openai.last().body == body);
}

TEST_CASE("A request that is no form is passed through", "[e2e][transcription]") {
    Office s;

    const auto answer = s.gateway.post(kTranscriptions, R"({"model":"whisper-1"})");

    CHECK(answer.header("X-Cache") == "BYPASS");
    CHECK(detail_of(answer) == "not-multipart");
}

TEST_CASE("A form of ten thousand parts is passed through unread", "[e2e][transcription]") {
    Office s;
    Upload upload = whisper(recording("tone.wav"));
    for (int i = 0; i < 10'000; ++i)
        upload.field("field" + std::to_string(i), "value");

    const auto answer = upload.to(s.gateway, kTranscriptions);

    CHECK(answer.header("X-Cache") == "BYPASS");
    CHECK(detail_of(answer) == "multipart-limits");
    CHECK(s.openai.last().body == upload.body());
}

TEST_CASE("A broken recording is forwarded, and a refusal is not kept", "[e2e][transcription]") {
    Scenario s;
    s.openai.on("POST",
                kTranscriptions,
                Reply::json(R"({"error":{"message":"broken","type":"invalid_request_error",)"
                            R"("param":"file","code":null}})",
                            400));
    std::string lying = recording("greeting.wav");
    lying.replace(4, 4, "\xff\xff\xff\xff");  // 4 GB, it says
    lying.replace(40, 4, "\xff\xff\xff\xff");
    const auto file = GENERATE_COPY(recording("greeting.wav").substr(0, 1000),
                                    recording("greeting.flac").substr(0, 1000),
                                    recording("greeting.mp3").substr(0, 20),
                                    lying,
                                    std::string("RIFF\0\0\0\0WAVE", 12));

    for (int i = 0; i < 2; ++i) {
        const auto answer = whisper(file).to(s.gateway, kTranscriptions);
        CHECK(answer.status == 400);
        CHECK(answer.body.find("broken") != std::string::npos);
    }
    CHECK(s.openai.received() == 2);
}

TEST_CASE("A form over server.max_body is refused with a sentence", "[e2e][transcription]") {
    Office s(Environment{{"REFRAIN_SERVER_MAX_BODY", "20KiB"}});

    const auto answer = whisper(recording("greeting.wav")).to(s.gateway, kTranscriptions);

    CHECK(answer.status == 413);
    CHECK(answer.body.find("refrain_body_too_large") != std::string::npos);
    CHECK(s.openai.received() == 0);
}

TEST_CASE("With audio.identity = bytes, the same bytes are the same recording and no others",
          "[e2e][transcription]") {
    Office s(Environment{{"REFRAIN_AUDIO_IDENTITY", "bytes"}});
    const std::string wav = recording("greeting.wav");
    whisper(wav).to(s.gateway, kTranscriptions);

    CHECK(whisper(wav).boundary("xyz").to(s.gateway, kTranscriptions).header("X-Cache") == "HIT");
    CHECK(whisper(recording("greeting.flac")).to(s.gateway, kTranscriptions).header("X-Cache") ==
          "MISS");
}

TEST_CASE("An upload of 25 MB is planned and answered", "[e2e][transcription]") {
    Office s;
    std::string wav = recording("greeting.wav");
    const std::size_t head = 44;
    std::string samples = wav.substr(head);
    while (samples.size() < (25U << 20))
        samples += samples.substr(0, std::min(samples.size(), (25U << 20) - samples.size()));
    const auto size = [](std::size_t bytes) {
        std::string text;
        for (int i = 0; i < 4; ++i)
            text.push_back(static_cast<char>(bytes >> (8 * i) & 0xff));
        return text;
    };
    wav = wav.substr(0, head) + samples;
    wav.replace(4, 4, size(wav.size() - 8));
    wav.replace(40, 4, size(samples.size()));

    const auto first = whisper(wav).to(s.gateway, kTranscriptions);
    const auto second = whisper(wav).boundary("xyz").to(s.gateway, kTranscriptions);

    CHECK(first.header("X-Cache") == "MISS");
    CHECK(second.header("X-Cache") == "HIT");
}

}  // namespace refrain::tests
