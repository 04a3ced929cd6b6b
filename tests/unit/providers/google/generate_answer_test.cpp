// Gemini's answers: which are kept, what they used, and how one form becomes another.
#include "providers/google/generate_answer.hpp"

#include "base/text_code.hpp"
#include "providers/google/answer_forms.hpp"
#include "providers/json.hpp"
#include "unit/providers/google/planning.hpp"

namespace refrain::providers::google {
namespace {

Answer answer_of(std::string_view body, std::string_view form) {
    return {200, form == kSse ? kSseType : kJsonType, body, form};
}

std::string event(const std::string& json) {
    return "data: " + json + "\r\n\r\n";
}

std::string candidate(const std::string& parts, const std::string& more = "") {
    return R"({"candidates":[{"content":{"parts":[)" + parts + R"(],"role":"model"},"index":0)" +
           more + R"(}],"usageMetadata":{"promptTokenCount":5,"totalTokenCount":5},)" +
           R"("modelVersion":"gemini-2.5-flash","responseId":"r1"})";
}

const std::string kStop = R"(,"finishReason":"STOP")";

std::string reason_of(std::string_view body, std::string_view form = kJson, int choices = 1) {
    Plan plan;
    plan.choices = choices;
    return judge_generate(plan, answer_of(body, form)).reason;
}

std::string rendered(std::string_view body, std::string_view form, std::string_view wanted) {
    const auto result = render_generate(answer_of(body, form), wanted);
    REQUIRE(result);
    return result->body;
}

const std::string kStream =
    event(
        R"({"candidates":[{"content":{"parts":[{"text":"thinking","thought":true}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":15},"modelVersion":"m","responseId":"r"})") +
    event(
        R"({"candidates":[{"content":{"parts":[{"text":"Hel"}],"role":"model"}}],"usageMetadata":{"promptTokenCount":15}})") +
    event(R"({"candidates":[{"content":{"parts":[{"text":"lo"}],"role":"model"}}]})") +
    event(
        R"({"candidates":[{"content":{"parts":[{"text":"","thoughtSignature":"c2ln"}],"role":"model"},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":13,"candidatesTokenCount":10,"thoughtsTokenCount":61,"totalTokenCount":84}})");

}  // namespace

TEST_CASE("A finished Gemini answer is kept, others not", "[providers][google][answer]") {
    CHECK(reason_of(candidate(R"({"text":"a"})", kStop)).empty());
    CHECK(reason_of(candidate(R"({"text":"a"})", R"(,"finishReason":"MAX_TOKENS")")).empty());
    CHECK(reason_of(candidate(R"({"text":"a"})", R"(,"finishReason":1)")).empty());
    CHECK(reason_of(kStream, kSse).empty());
    CHECK(reason_of("[" + candidate(R"({"text":"a"})", kStop) + "]", kArray).empty());

    const auto [body, form, reason] = GENERATE(table<std::string, std::string, std::string>({
        {candidate(R"({"text":"a"})"), "json", "unfinished"},
        {candidate("", R"(,"finishReason":"SAFETY")"), "json", "content-filter"},
        {candidate("", R"(,"finishReason":"CONTINUATION")"), "json", "finish-reason"},
        {candidate("", R"(,"finishReason":"MALFORMED_FUNCTION_CALL")"), "json", "finish-reason"},
        {candidate("", R"(,"finishReason":3)"), "json", "finish-reason"},
        {candidate("", R"(,"finishReason":[])"), "json", "finish-reason"},
        {R"({"promptFeedback":{"blockReason":"SAFETY"}})", "json", "blocked"},
        {R"({"candidates":[]})", "json", "missing-choices"},
        {R"({"candidates":{}})", "json", "malformed"},
        {R"({"candidates":[7]})", "json", "malformed"},
        {R"({"error":{"code":500}})", "json", "error-object"},
        {R"([{"error":{"code":500}}])", "array", "error-object"},
        {"{}", "json", "missing-choices"},
        {"[]", "json", "malformed"},
        {"{}", "array", "malformed"},
        {"[]", "array", "not-terminated"},
        {"", "sse", "not-terminated"},
        {"", "json", "invalid-json"},
        {kStream.substr(0, kStream.size() - 30), "sse", "truncated"},
        {kStream.substr(0, kStream.rfind("data:")), "sse", "unfinished"},
    }));
    CAPTURE(body);
    CHECK(reason_of(body, form) == reason);
}

TEST_CASE("Of two candidates asked for, both must be there", "[providers][google][answer]") {
    CHECK(reason_of(candidate(R"({"text":"a"})", kStop), kJson, 2) == "missing-choices");
}

TEST_CASE("An answer of another type or status is not kept", "[providers][google][answer]") {
    const std::string body = candidate(R"({"text":"a"})", kStop);
    const Plan plan;
    CHECK(judge_generate(plan, {503, kJsonType, body, kJson}).reason == "status-503");
    CHECK(judge_generate(plan, {200, "text/html", body, kJson}).reason == "content-type");
    CHECK(judge_generate(plan, {200, kJsonType, body, kSse}).reason == "content-type");
}

TEST_CASE("A stream adds up to what a whole answer would be", "[providers][google][answer]") {
    const auto whole = parse_json(rendered(kStream, kSse, kJson)).value();

    const Json expected = parse_json(R"({"candidates":[{"content":{"parts":[
        {"text":"thinking","thought":true},{"text":"Hello"},{"text":"","thoughtSignature":"c2ln"}],
        "role":"model"},"index":0,"finishReason":"STOP"}],
        "usageMetadata":{"promptTokenCount":13,"candidatesTokenCount":10,"thoughtsTokenCount":61,
        "totalTokenCount":84},"modelVersion":"m","responseId":"r"})")
                              .value();
    CHECK(canonical_json(whole) == canonical_json(expected));
}

TEST_CASE("Candidates keep apart, lists grow, numbers stay as spelled",
          "[providers][google][answer]") {
    const std::string stream =
        event(
            R"({"candidates":[{"index":1,"content":{"parts":[{"text":"b"}]},"avgLogprobs":-0.10}]})") +
        event(
            R"({"candidates":[{"content":{"parts":[{"text":"a"}]},"citationMetadata":{"citationSources":[{"uri":"1"}]}}]})") +
        event(
            R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}}}]},"citationMetadata":{"citationSources":[{"uri":"2"}]},"finishReason":"STOP"},{"index":1,"finishReason":"STOP"}]})");

    CHECK(
        rendered(stream, kSse, kJson) ==
        R"({"candidates":[{"index":1,"content":{"parts":[{"text":"b"}]},"avgLogprobs":-0.10,"finishReason":"STOP"},{"content":{"parts":[{"text":"a"},{"functionCall":{"name":"f","args":{}}}]},"citationMetadata":{"citationSources":[{"uri":"1"},{"uri":"2"}]},"finishReason":"STOP"}]})");
}

TEST_CASE("A whole answer is one event, and one element", "[providers][google][answer]") {
    const std::string body = "{\n  \"candidates\": [ {\"finishReason\": \"STOP\"} ]\n}\n";
    const std::string compact = R"({"candidates":[{"finishReason":"STOP"}]})";
    CHECK(rendered(body, kJson, kSse) == event(compact));
    CHECK(rendered(body, kJson, kArray) == "[" + compact + "]");
}

TEST_CASE("Events become elements and back, and nothing but data lines are in a stream",
          "[providers][google][answer]") {
    const std::string array = rendered(kStream, kSse, kArray);
    CHECK(parse_json(array).value().size() == 4);
    CHECK(rendered(array, kArray, kSse) == kStream);
    CHECK(rendered(array, kArray, kJson) == rendered(kStream, kSse, kJson));
    CHECK(kStream.find("event:") == std::string::npos);
}

TEST_CASE("Usage is the last of a stream, with thoughts as output", "[providers][google][usage]") {
    const Usage usage = generate_usage({}, answer_of(kStream, kSse));
    CHECK(usage.input_tokens == 13);
    CHECK(usage.output_tokens == 71);
    CHECK(usage.reasoning_tokens == 61);

    const Usage detailed =
        generate_usage({},
                       answer_of(
                           R"({"usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":40,
            "toolUsePromptTokenCount":7,"candidatesTokenCount":25,"serviceTier":"FLEX",
            "promptTokensDetails":[{"modality":"TEXT","tokenCount":10},{"modality":"AUDIO","tokenCount":60},{"modality":"IMAGE","tokenCount":30}],
            "candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":25}]}})",
                           kJson));
    CHECK(detailed.input_tokens == 107);
    CHECK(detailed.cached_input_tokens == 40);
    CHECK(detailed.audio_input_tokens == 60);
    CHECK(detailed.image_input_tokens == 30);
    CHECK(detailed.audio_output_tokens == 25);
    CHECK(detailed.service_tier == "flex");
}

TEST_CASE("Usage names the model that answered where another was asked for",
          "[providers][google][usage]") {
    const std::string body = R"({"modelVersion":"gemini-3.5-flash","usageMetadata":{}})";
    Plan plan;
    plan.model = "gemini-flash-latest";
    CHECK(generate_usage(plan, answer_of(body, kJson)).model == "gemini-3.5-flash");
    plan.model = "gemini-3.5-flash";
    CHECK(generate_usage(plan, answer_of(body, kJson)).model.empty());
    CHECK(generate_usage(plan, answer_of("{}", kJson)).model.empty());
}

TEST_CASE("Imagen is counted by the pictures that came", "[providers][google][usage]") {
    const std::string body =
        R"({"predictions":[{"bytesBase64Encoded":"iVBORw0KGgo=","mimeType":"image/png"},
            {"raiFilteredReason":"filtered"},{"bytesBase64Encoded":"iVBORw0KGgo="}]})";
    CHECK(predict().usage({}, answer_of(body, kJson)).images == 2);
    CHECK(predict().usage({}, answer_of("{}", kJson)).images == 0);
}

TEST_CASE("Spoken answers are packed, put together again byte for byte, and linked to as WAV",
          "[providers][google][sound]") {
    const std::string one(4800, '\1');
    const std::string two(4799, '\2');
    const auto blob = [](const std::string& bytes) {
        return R"({"inlineData": {"mimeType":"audio/L16;codec=pcm;rate=24000","data": ")" +
               base64_encode(bytes) + R"("}})";
    };
    const auto [form, body] = GENERATE_COPY(table<std::string, std::string>({
        {"json", candidate(R"({"text":"\"data\":\"AAAA\""},)" + blob(one + two), kStop)},
        {"sse", event(candidate(blob(one))) + event(candidate(blob(two), kStop))},
        {"array", "[" + candidate(blob(one)) + "\n,\r\n" + candidate(blob(two), kStop) + "\n]"},
    }));
    const Answer answer = answer_of(body, form);

    const auto packed = pack_generate(answer);
    REQUIRE(packed);
    CHECK(packed->body.substr(0, 4) == "RIFF");
    CHECK(packed->body.substr(44) == one + two);
    CHECK(packed->form == form + "+sound");

    const Answer kept{200, answer.content_type, packed->body, packed->form, packed->envelope};
    REQUIRE(can_render_generate(packed->form, form));
    CHECK(render_generate(kept, form)->body == body);
    CHECK(render_generate(kept, kSse).has_value());
    const auto sound = generate_sound(kept);
    REQUIRE(sound);
    CHECK(sound->content_type == "audio/wav");
    CHECK(sound->extension == "wav");
    CHECK(sound->duration.count() == 200);
    CHECK_FALSE(generate_sound(answer));
    CHECK(generate_usage({}, answer).audio_milliseconds == 200);
}

TEST_CASE("Answers without sound are not packed", "[providers][google][sound]") {
    CHECK_FALSE(pack_generate(answer_of(candidate(R"({"text":"a"})", kStop), kJson)));
    CHECK_FALSE(pack_generate(answer_of(
        candidate(R"({"inlineData":{"mimeType":"image/png","data":"AAAA"}})", kStop), kJson)));
    CHECK_FALSE(generate_sound(answer_of("{", kJson)));
}

TEST_CASE("A damaged envelope is an error, not an answer", "[providers][google][sound]") {
    const auto envelope = GENERATE(as<std::string>{},
                                   "",
                                   "x\n{}",
                                   "0 1:4",
                                   "5 1:4\n{}",
                                   "0 9:4\n{}",
                                   "0 1:5\n{}",
                                   "0 1:3\n{}",
                                   "0 1:2 0:2\n{}",
                                   "0 1:-4\n{}",
                                   "0 1\n{}");
    CHECK_FALSE(render_generate({200, kJsonType, "AAAA", "json+sound", envelope}, "json"));
}

}  // namespace refrain::providers::google
