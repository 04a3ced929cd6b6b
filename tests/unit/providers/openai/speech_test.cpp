// Speech: what counts for its key, which answers are kept, and their shapes.
#include "base/text_code.hpp"
#include "providers/openai/endpoints.hpp"
#include "providers/openai/speech_answer.hpp"
#include "support/wav.hpp"
#include "unit/providers/openai/answer_samples.hpp"
#include "unit/providers/openai/planning.hpp"

namespace refrain::providers::openai {
namespace {

using tests::wav_of;

constexpr std::string_view kSpeechPath = "/v1/audio/speech";

std::string request_of(const std::string& members) {
    return R"({"model":"gpt-4o-mini-tts","voice":"alloy")" +
           (members.empty() ? "" : "," + members) + "}";
}

Plan spoken(const std::string& members) {
    return plan_of(kSpeechPath, request_of(members));
}

std::string canonical(const std::string& members) {
    return canonical_of(kSpeechPath, request_of(members));
}

Answer sound_of(std::string_view bytes, std::string_view form, std::string_view type) {
    return {200, type, bytes, form};
}

std::string delta(std::string_view sound) {
    return R"(data: {"type":"speech.audio.delta","audio":")" + base64_encode(sound) + "\"}\n\n";
}

const std::string kDone =
    "event: speech.audio.done\n"
    R"(data: {"type":"speech.audio.done","usage":{"input_tokens":14,"output_tokens":101,)"
    R"("total_tokens":115}})"
    "\n\n";

const std::string kWav = wav_of(24'000);
const std::string kEvents =
    ": hello\n\n" + delta(kWav.substr(0, 1'001)) + delta(kWav.substr(1'001)) + kDone;

std::string reason(const Answer& answer) {
    return judge_speech(answer).reason;
}

}  // namespace

TEST_CASE("Speech: what is the same to hear shares a key", "[providers][speech]") {
    const std::string plain = canonical(R"("input":"Hi there")");
    for (const std::string same : {R"("input":"  Hi there\r\n")",
                                   R"("input":"\u3000Hi there\u00a0")",
                                   R"("input":"Hi there","speed":1.0)",
                                   R"("input":"Hi there","response_format":"mp3")",
                                   R"("input":"Hi there","stream_format":"sse")",
                                   R"("input":"Hi there","instructions":null)"}) {
        CAPTURE(same);
        CHECK(canonical(same) == plain);
    }
    for (const std::string other : {R"("input":"hi there")",
                                    R"("input":"Hi  there")",
                                    R"("input":"Hi there","speed":1.25)",
                                    R"("input":"Hi there","response_format":"wav")",
                                    R"("input":"Hi there","instructions":"")",
                                    R"("input":"Hi there","instructions":" slow")",
                                    R"("input":"Hi there","lang_code":"de")"}) {
        CAPTURE(other);
        CHECK(canonical(other) != plain);
    }
    const auto exact = [](std::string_view text) {
        const std::string body = request_of(R"("input":")" + std::string(text) + "\"");
        return plan_of(kSpeechPath, body, Normalize::exact).canonical;
    };
    CHECK(exact("Hi ") != exact("Hi"));
}

TEST_CASE("Speech: the plan names voice, form and characters", "[providers][speech]") {
    const Plan plan = spoken(R"("input":" Zwölf 🎵 ","response_format":"opus")");
    CHECK(plan.voice == "alloy");
    CHECK(plan.model == "gpt-4o-mini-tts");
    CHECK(plan.wanted_form == "audio;opus");
    CHECK(plan.upstream_form == "audio;opus");
    CHECK(plan.asked.characters == 9);
    CHECK_FALSE(plan.upstream_body);
    CHECK(spoken(R"("input":"x","stream_format":"sse")").wanted_form == "sse;mp3");

    const auto by_id =
        plan_of(kSpeechPath, R"({"model":"m","input":"x","voice":{"id":"voice_1"}})");
    CHECK(by_id.bypass == "");
    CHECK(by_id.voice == "voice_1");
    CHECK(by_id.canonical !=
          canonical_of(kSpeechPath, R"({"model":"m","input":"x","voice":"voice_1"})"));
}

TEST_CASE("Speech: what cannot be understood is left to the provider", "[providers][speech]") {
    for (const std::string members : {R"("input":7)",
                                      R"("input":null)",
                                      R"("stream_format":"sse")",
                                      R"("input":"x","response_format":"mid")",
                                      R"("input":"x","response_format":3)",
                                      R"("input":"x","stream_format":"video")"}) {
        CAPTURE(members);
        CHECK(spoken(members).bypass == "invalid-field");
    }
    CHECK(plan_of(kSpeechPath, R"({"input":"x","voice":"alloy"})").bypass == "no-model");
    CHECK(plan_of(kSpeechPath, R"({"model":"m","input":"x","voice":["a"]})").bypass ==
          "invalid-field");
}

TEST_CASE("Speech: sound of the format asked for is kept, anything else is not",
          "[providers][speech]") {
    CHECK(reason(sound_of(kWav, "audio;wav", "audio/wav")) == "");
    CHECK(reason(sound_of(kWav, "audio;wav", "application/octet-stream")) == "");
    CHECK(reason(sound_of(std::string(4'800, 'x'), "audio;pcm", "audio/pcm")) == "");
    CHECK(reason(sound_of(kWav, "audio;mp3", "audio/mpeg")) == "other-container");
    CHECK(reason(sound_of("", "audio;mp3", "audio/mpeg")) == "empty-audio");
    CHECK(reason(sound_of("", "audio;pcm", "audio/pcm")) == "empty-audio");
    CHECK(reason(sound_of("<html></html>", "audio;mp3", "audio/mpeg")) == "not-audio");
    CHECK(reason(sound_of(kWav, "audio;wav", "text/html; charset=utf-8")) == "content-type");
    CHECK(reason(sound_of("{}", "audio;pcm", "application/json")) == "content-type");
    CHECK(reason(sound_of(wav_of(0), "audio;wav", "audio/wav")) == "no-duration");
    CHECK(reason({500, "audio/wav", kWav, "audio;wav"}) == "status-500");
}

TEST_CASE("Speech: events are kept when they came to their end", "[providers][speech]") {
    CHECK(reason(stream_of(kEvents, "sse;wav")) == "");
    CHECK(reason(stream_of(kEvents + "data: [DONE]\n\n", "sse;wav")) == "");
    CHECK(reason(stream_of(kEvents, "sse;mp3")) == "other-container");
    CHECK(reason(stream_of(delta(kWav), "sse;wav")) == "not-terminated");
    CHECK(reason(stream_of(kDone, "sse;wav")) == "empty-audio");
    CHECK(reason(stream_of(kEvents + delta("x"), "sse;wav")) == "after-end");
    CHECK(reason(stream_of(kEvents.substr(0, kEvents.size() - 9), "sse;wav")) != "");
    CHECK(reason(stream_of(replaced(kEvents, "\"UklG", "\"U*lG"), "sse;wav")) == "malformed");
    CHECK(reason(stream_of("data: {\"type\":\"error\"}\n\n", "sse;wav")) == "error-object");
    CHECK(reason(sound_of(kEvents, "sse;wav", "audio/wav")) == "content-type");
}

TEST_CASE("Speech: events are kept as sound and come back byte for byte", "[providers][speech]") {
    const auto packed = pack_speech(stream_of(kEvents, "sse;wav"));
    REQUIRE(packed);
    CHECK(packed->form == "packed;wav");
    CHECK(packed->body == kWav);
    CHECK(packed->envelope.size() < 600);
    const Answer kept{
        200, "text/event-stream; charset=utf-8", packed->body, packed->form, packed->envelope};

    const auto events = render_speech(kept, "sse;wav");
    REQUIRE(events);
    CHECK(events->body == kEvents);
    CHECK(events->content_type == "text/event-stream; charset=utf-8");
    const auto sound = render_speech(kept, "audio;wav");
    REQUIRE(sound);
    CHECK(sound->body == kWav);
    CHECK(sound->content_type == "audio/wav");

    const auto heard = speech_sound(kept);
    REQUIRE(heard);
    CHECK(heard->duration == std::chrono::seconds(1));
    CHECK(heard->extension == "wav");
    CHECK(heard->content_type == "audio/wav");

    Answer damaged = kept;
    damaged.body = damaged.body.substr(1);
    CHECK_FALSE(render_speech(damaged, "sse;wav"));
    damaged = kept;
    for (const std::string_view envelope : {"x", "5:ab", "2:ab", "2:ab999999;", "2:ab0;"}) {
        damaged.envelope = envelope;
        CHECK_FALSE(render_speech(damaged, "sse;wav"));
    }
}

TEST_CASE("Speech: events that cannot be taken apart exactly stay as they came",
          "[providers][speech]") {
    // Bytes whose base64 has a slash, which JSON may write with a backslash.
    const std::string wav = kWav + "\xff\xff\xff";
    std::string events = delta(wav) + kDone;
    const auto slash = events.find("//");
    REQUIRE(slash != std::string::npos);
    events.replace(slash, 1, "\\/");
    const Answer answer = stream_of(events, "sse;wav");
    CHECK(reason(answer) == "");
    CHECK_FALSE(pack_speech(answer));
    CHECK_FALSE(speech_sound(answer));
    CHECK(render_speech(answer, "audio;wav")->body == wav);
}

TEST_CASE("Speech: a last event may lack its empty line", "[providers][speech]") {
    const std::string cut = kEvents.substr(0, kEvents.size() - 1);
    const auto packed = pack_speech(stream_of(cut, "sse;wav"));
    REQUIRE(packed);
    const auto events = render_speech(
        {200, "text/event-stream", packed->body, packed->form, packed->envelope}, "sse;wav");
    CHECK(events->body == cut);
}

TEST_CASE("Speech: sound is never turned into events", "[providers][speech]") {
    CHECK(can_render_speech("audio;wav", "audio;wav"));
    CHECK(can_render_speech("sse;wav", "audio;wav"));
    CHECK(can_render_speech("packed;wav", "sse;wav"));
    CHECK_FALSE(can_render_speech("audio;wav", "sse;wav"));
    CHECK_FALSE(can_render_speech("sse;wav", "audio;mp3"));
    CHECK_FALSE(render_speech(sound_of(kWav, "audio;wav", "audio/wav"), "sse;wav"));
}

TEST_CASE("Speech: usage is characters and time, and tokens where they are told",
          "[providers][speech]") {
    Plan plan;
    plan.asked.characters = 12;
    const Usage plain = speech_usage(plan, sound_of(kWav, "audio;wav", "audio/wav"));
    CHECK(plain.to_json() == R"({"characters":12,"audio_milliseconds":1000})");
    const Usage raw =
        speech_usage(plan, sound_of(std::string(24'000, '\0'), "audio;pcm", "audio/pcm"));
    CHECK(raw.audio_milliseconds == 500);
    const Usage events = speech_usage(plan, stream_of(kEvents, "sse;wav"));
    CHECK(events.input_tokens == 14);
    CHECK(events.audio_output_tokens == 101);
    CHECK(events.audio_milliseconds == 1'000);
}

TEST_CASE("Speech: the content type tells what really came", "[providers][speech]") {
    const Plan plan = spoken(R"("input":"x","stream_format":"sse","response_format":"wav")");
    CHECK(speech().recorded_form(plan, "audio/wav") == "audio;wav");
    CHECK(speech().recorded_form(plan, "text/event-stream") == "sse;wav");
}

}  // namespace refrain::providers::openai
