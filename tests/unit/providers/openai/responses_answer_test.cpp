#include "providers/openai/responses_answer.hpp"

#include "unit/providers/openai/answer_samples.hpp"

#include <catch2/catch.hpp>

namespace refrain::providers::openai {
namespace {

constexpr std::string_view kAnn = R"({"metadata":{"a":"1"},"prompt_cache_key":"k-1","user":"ann"})";

const std::string kJsonAnn = "json|" + std::string(kAnn);
const std::string kSseAnn = "sse|" + std::string(kAnn);

std::string reason(const Answer& answer) {
    return judge_responses(plan_for(), answer).reason;
}

std::string reason_of_stream(std::string_view stream) {
    return reason(stream_of(stream, "sse|{}"));
}

}  // namespace

TEST_CASE("Responses: complete answers are kept, also those cut at max_output_tokens",
          "[providers][responses]") {
    CHECK(reason(json_of(fixture("response_full.json"), "json|{}")).empty());
    CHECK(reason(json_of(fixture("response_incomplete.json"), "json|{}")).empty());
    CHECK(reason_of_stream(fixture("response.sse")).empty());
}

TEST_CASE("Responses: unfinished answers are refused", "[providers][responses]") {
    using Row = std::tuple<std::string, std::string, std::string>;
    const auto [from, to, expected] = GENERATE(table<std::string, std::string, std::string>(
        {Row{R"("status": "incomplete")", R"("status": "in_progress")", "unfinished"},
         Row{R"("status": "incomplete")", R"("status": "queued")", "unfinished"},
         Row{R"("status": "incomplete")", R"("status": "cancelled")", "unfinished"},
         Row{R"("status": "incomplete")", R"("status": null)", "unfinished"},
         Row{R"("reason": "max_output_tokens")", R"("reason": "content_filter")", "content-filter"},
         Row{R"("reason": "max_output_tokens")", R"("reason": "other")", "unfinished"},
         Row{R"("error": null)", R"("error": {"code": "server_error"})", "error-object"},
         Row{R"("output": [)", R"("output_": [)", "malformed"},
         Row{R"("id": "resp_)", R"("_id": "resp_)", "malformed"},
         Row{R"("type": "message")", R"("type": 7)", "malformed"}}));
    CAPTURE(from, to);

    CHECK(reason(json_of(replaced(fixture("response_incomplete.json"), from, to), "json|{}")) ==
          expected);
}

TEST_CASE("Responses: streams are refused by their fault", "[providers][responses][hostile]") {
    const auto stream = fixture("response.sse");
    const auto end = stream.find("event: response.completed");
    const auto before_end = stream.substr(0, end);
    const auto last = stream.substr(end);

    CHECK(reason_of_stream("") == "not-terminated");
    CHECK(reason_of_stream(before_end) == "not-terminated");
    CHECK(reason_of_stream(before_end + "data: [DONE]\n\n") == "invalid-json");
    CHECK(reason_of_stream(stream + last) == "after-end");
    CHECK(reason_of_stream(stream + "data: [DONE]\n\n").empty());
    CHECK(
        reason_of_stream(stream + "event: keepalive\ndata: {\"type\":\"keepalive\"}\n\n").empty());
    CHECK(reason_of_stream(before_end + "event: error\ndata: {\"type\":\"error\",\"code\":\"x\","
                                        "\"message\":\"m\",\"param\":null}\n\n") == "error-object");
    CHECK(
        reason_of_stream(before_end +
                         "event: response.failed\ndata: {\"type\":\"response.failed\","
                         "\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"x\"}}}\n\n") ==
        "error-object");
    CHECK(reason_of_stream(before_end +
                           "event: response.failed\ndata: {\"type\":\"response.failed\","
                           "\"response\":{\"status\":\"failed\",\"error\":null}}\n\n") ==
          "unfinished");
    CHECK(reason_of_stream(before_end + replaced(last,
                                                 R"("status":"completed","error")",
                                                 R"("status":"incomplete","error")")) ==
          "malformed");
    CHECK(reason_of_stream(before_end + replaced(last,
                                                 R"("type":"response.completed")",
                                                 R"("type":"response.incomplete")")) ==
          "malformed");
    CHECK(reason_of_stream(before_end + "data: {\"type\":\"response.completed\"}\n\n") ==
          "malformed");
    CHECK(reason_of_stream(before_end +
                           "data: {\"type\":\"response.completed\",\"response\":7}\n\n") ==
          "malformed");
    CHECK(reason_of_stream(before_end + "data: 7\n\n" + last) == "malformed");
    CHECK(reason_of_stream(before_end + "data: {}\n\n" + last) == "malformed");
    CHECK(reason_of_stream(before_end + "data: {\"type\":NaN}\n\n" + last) == "invalid-json");
}

TEST_CASE("Responses: a stream cut at any byte but the last is refused",
          "[providers][responses][hostile]") {
    const auto stream = fixture("response.sse");

    for (std::size_t size = 0; size + 1 < stream.size(); ++size) {
        CAPTURE(size);
        REQUIRE_FALSE(reason_of_stream(std::string_view(stream).substr(0, size)).empty());
    }
    CHECK(reason_of_stream(std::string_view(stream).substr(0, stream.size() - 1)).empty());
}

TEST_CASE("Responses: usage is read from either shape", "[providers][responses]") {
    const auto usage = responses_usage(json_of(fixture("response_full.json"), kJsonAnn));
    CHECK(usage.input_tokens == 36);
    CHECK(usage.cached_input_tokens == 12);
    CHECK(usage.cache_write_tokens == 3);
    CHECK(usage.output_tokens == 87);
    CHECK(usage.reasoning_tokens == 64);
    CHECK(usage.service_tier == "default");

    const auto streamed = responses_usage(stream_of(fixture("response.sse"), kSseAnn));
    CHECK(streamed.input_tokens == 37);
    CHECK(streamed.output_tokens == 11);
    CHECK(streamed.reasoning_tokens == 2);
}

TEST_CASE("Responses: a stored answer is found by its id later, others are not",
          "[providers][responses]") {
    using Names = std::vector<std::string>;

    CHECK(responses_names(stream_of(fixture("response.sse"), "sse|{}")) ==
          Names{"response:resp_02a"});
    CHECK(responses_names(json_of(R"({"id":"resp_1"})", "json")) == Names{"response:resp_1"});
    CHECK(responses_names(json_of(fixture("response_incomplete.json"), "json|{}")).empty());
    CHECK(responses_names(json_of("garbage", "json|{}")).empty());
    CHECK(responses_names(stream_of("data: {\"response\":{\n\n", "sse|{}")).empty());
}

TEST_CASE("Responses: any form can become any other", "[providers][responses]") {
    CHECK(can_render_responses("json|{}", kSseAnn));
    CHECK(can_render_responses(kSseAnn, "json"));
    CHECK(can_render_responses(kSseAnn, "sse|{}"));
    CHECK_FALSE(can_render_responses("json|{}", "xml|{}"));
}

TEST_CASE("Responses: a caller reads the own echo in every shape", "[providers][responses]") {
    const auto stream = fixture("response.sse");
    const std::string bob = R"({"metadata":{"b":"2"},"safety_identifier":"s","user":"bob"})";

    const auto whole = render_responses(stream_of(stream, kSseAnn), "json|" + bob);
    REQUIRE(whole);
    CHECK(whole->content_type == "application/json");
    const auto answer = data_of(whole->body);
    CHECK(answer["metadata"] == nlohmann::json::parse(R"({"b":"2"})"));
    CHECK(answer["user"] == "bob");
    CHECK(answer["safety_identifier"] == "s");
    CHECK(answer["prompt_cache_key"].is_null());

    const auto again = render_responses(json_of(whole->body, "json|" + bob), kSseAnn);
    REQUIRE(again);
    CHECK(again->content_type == "text/event-stream; charset=utf-8");
    CHECK(again->body.find("bob") == std::string::npos);
    const auto back = render_responses(stream_of(again->body, kSseAnn), kJsonAnn);
    const auto direct = render_responses(stream_of(stream, kSseAnn), kJsonAnn);
    REQUIRE(back);
    REQUIRE(direct);
    CHECK(data_of(back->body) == data_of(direct->body));
}

TEST_CASE("Responses: a filter is there for streams alone", "[providers][responses]") {
    CHECK(responses_live_filter(kSseAnn, "sse|{}") != nullptr);
    CHECK(responses_live_filter(kSseAnn, "json|{}") == nullptr);
    CHECK(responses_live_filter(kJsonAnn, "sse|{}") == nullptr);
}

}  // namespace refrain::providers::openai
