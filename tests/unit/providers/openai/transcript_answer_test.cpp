#include "providers/openai/transcript_answer.hpp"

#include "unit/providers/openai/answer_samples.hpp"

#include <catch2/catch.hpp>

namespace refrain::providers::openai {
namespace {

Plan plan_of_seconds(std::int64_t milliseconds) {
    Plan plan;
    plan.asked.audio_milliseconds = milliseconds;
    return plan;
}

std::string verbose(const std::string& segments) {
    return R"({"text":"Hi","duration":1.2,"segments":[)" + segments + "]}";
}

// The cue of one segment, "" if there can be none.
std::string srt(const std::string& segment) {
    const std::string body = verbose(segment);
    const auto rendered = render_transcript(json_of(body, "verbose_json"), "srt");
    return rendered ? rendered->body : "";
}

}  // namespace

TEST_CASE("Transcripts: tokens or seconds as answered, else the length of what was sent",
          "[providers][transcript]") {
    const Plan plan = plan_of_seconds(3000);
    const auto milliseconds = [&](const std::string& body, std::string_view form = "json") {
        return transcript_usage(plan, json_of(body, form)).audio_milliseconds;
    };

    CHECK(milliseconds(R"({"text":"","usage":{"type":"duration","seconds":9}})") == 9000);
    CHECK(milliseconds(R"({"text":"","usage":{"type":"duration","seconds":8.47}})") == 8470);
    CHECK(milliseconds(R"({"text":"","usage":{"type":"duration","seconds":-1}})") == 3000);
    CHECK(milliseconds(R"({"text":"","usage":{"type":"duration","seconds":1e300}})") == 3000);
    CHECK(milliseconds(R"({"text":""})") == 3000);
    CHECK(milliseconds("plain\n", "text") == 3000);
    CHECK(milliseconds("not json") == 3000);
    CHECK(transcript_usage({}, json_of(R"({"text":"","duration":1.5})")).audio_milliseconds ==
          1500);

    const Usage tokens = transcript_usage(
        plan,
        json_of(
            R"({"text":"","usage":{"type":"tokens","input_tokens":14,"output_tokens":4,)"
            R"("input_token_details":{"text_tokens":2,"audio_tokens":12},"total_tokens":18}})"));
    CHECK(tokens.input_tokens == 14);
    CHECK(tokens.audio_input_tokens == 12);
    CHECK(tokens.output_tokens == 4);
    CHECK(tokens.audio_milliseconds == 0);
}

TEST_CASE("Transcripts: only a verbose answer and a stream of json become something else",
          "[providers][transcript]") {
    const std::vector<std::string> forms{
        "json", "sse", "text", "srt", "vtt", "verbose_json", "diarized_json", "sse+text"};
    const auto can = [](const std::string& from, const std::string& to) {
        if (from == to) return true;
        if (from == "verbose_json") return to == "json" || to.size() <= 4 && to != "sse";
        return (from == "json" && to == "sse") || (from == "sse" && to == "json");
    };
    for (const std::string& from : forms) {
        for (const std::string& to : forms) {
            CAPTURE(from, to);
            CHECK(can_render_transcript(from, to) == can(from, to));
        }
    }
}

TEST_CASE("Transcripts: a cue has its times and its text, and cannot be ended by it",
          "[providers][transcript]") {
    CHECK(srt(R"({"start":0,"end":1.2345,"text":" Hi "})") ==
          "1\n00:00:00,000 --> 00:00:01,235\nHi\n\n");
    CHECK(srt(R"({"start":3661.5,"end":360000,"text":"Hi"})") ==
          "1\n01:01:01,500 --> 100:00:00,000\nHi\n\n");
    CHECK(srt(R"({"start":0.0,"end":1,"text":"a --> b ----> c"})") ==
          "1\n00:00:00,000 --> 00:00:01,000\na -> b -> c\n\n");
}

TEST_CASE("Transcripts: a segment that is none makes no subtitles", "[providers][transcript]") {
    const auto segment = GENERATE(as<std::string>{},
                                  "",
                                  "7",
                                  R"({"start":0,"end":1})",
                                  R"({"start":0,"end":1,"text":7})",
                                  R"({"end":1,"text":"a"})",
                                  R"({"start":"0","end":1,"text":"a"})",
                                  R"({"start":-1,"end":1,"text":"a"})",
                                  R"({"start":0,"end":1e300,"text":"a"})",
                                  R"({"start":0,"end":null,"text":"a"})");
    CAPTURE(segment);

    CHECK(srt(segment).empty());
}

TEST_CASE("Transcripts: what else an answer holds goes along into its stream and back",
          "[providers][transcript]") {
    const std::string whole =
        R"({"text":"Hi","logprobs":[{"token":"Hi","logprob":-0.50}],"languages":["en"],)"
        R"("usage":{"type":"tokens","input_tokens":1,"output_tokens":1,"total_tokens":2}})";

    const auto stream = render_transcript(json_of(whole), "sse");

    REQUIRE(stream);
    CHECK(stream->body.starts_with(
        R"(data: {"type":"transcript.text.delta","delta":"Hi","logprobs":[{"token":"Hi",)"));
    const auto again = render_transcript(stream_of(stream->body, "sse"), "json");
    REQUIRE(again);
    CHECK(again->body == whole);
    CHECK(judge_transcript(stream_of(stream->body, "sse")).keep());
}

TEST_CASE("Transcripts: silence has an empty text and no delta", "[providers][transcript]") {
    const auto stream = render_transcript(json_of(R"({"text":""})"), "sse");

    REQUIRE(stream);
    CHECK(stream->body == "data: {\"type\":\"transcript.text.done\",\"text\":\"\"}\n\n");
    CHECK(judge_transcript(json_of(R"({"text":""})")).keep());
}

}  // namespace refrain::providers::openai
