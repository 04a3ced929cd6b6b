#include "providers/openai/completions_answer.hpp"

#include "providers/openai/completions_stream.hpp"
#include "unit/providers/openai/answer_samples.hpp"

#include <catch2/catch.hpp>

namespace refrain::providers::openai {
namespace {

std::string reason(const Answer& answer, int choices = 1) {
    return judge_completions(plan_for(choices), answer).reason;
}

}  // namespace

TEST_CASE("Completions: an answer streamed and added up again is the same answer",
          "[providers][completions]") {
    const auto whole = fixture("completion.json");

    const auto stream = render_completions(json_of(whole), "sse+usage");
    REQUIRE(stream);
    CHECK(stream->content_type == "text/event-stream; charset=utf-8");
    const auto back = render_completions(stream_of(stream->body), "json");
    REQUIRE(back);

    CHECK(data_of(back->body) == data_of(whole));
    CHECK(reason(json_of(whole), 2).empty());
    CHECK(reason(stream_of(stream->body), 2).empty());
    CHECK(reason(stream_of(stream->body), 3) == "missing-choices");
}

TEST_CASE("Completions: a recorded stream adds up to what the other shape would have been",
          "[providers][completions]") {
    const auto whole = completions_stream_to_whole(fixture("completion.sse"));

    REQUIRE(whole);
    CHECK(data_of(*whole) ==
          nlohmann::json::parse(
              R"({"id":"cmpl-7iA7","object":"text_completion","created":1690759702,)"
              R"("model":"gpt-3.5-turbo-instruct","choices":[{"text":"This is","index":0,)"
              R"("logprobs":{"tokens":["This"," is"],"token_logprobs":[-0.5,-1.0],)"
              R"("top_logprobs":null,"text_offset":[0,4]},"finish_reason":"stop"}],)"
              R"("usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}})"));
}

TEST_CASE("Completions: a stream cut at any byte but the last is refused",
          "[providers][completions][hostile]") {
    const auto stream = fixture("completion.sse");

    for (std::size_t size = 0; size + 1 < stream.size(); ++size) {
        CAPTURE(size);
        REQUIRE_FALSE(reason(stream_of(std::string_view(stream).substr(0, size))).empty());
    }
    CHECK(reason(stream_of(std::string_view(stream).substr(0, stream.size() - 1))).empty());
}

TEST_CASE("Completions: hostile answers are refused", "[providers][completions][hostile]") {
    const auto stream = fixture("completion.sse");
    const auto with = [&](std::string_view from, std::string_view to) {
        return reason(stream_of(replaced(stream, from, to)));
    };

    CHECK(with(R"("index":0)", R"("index":-1)") == "malformed");
    CHECK(with(R"("index":0)", R"("index":5000000000)") == "malformed");
    CHECK(with(R"("index":0)", R"("index":7)") == "unfinished");
    CHECK(with(R"("text":"This")", R"("text":[])") == "malformed");
    CHECK(with(R"("logprobs":{)", R"("logprobs":[],"x":{)") == "malformed");
    CHECK(with(R"("finish_reason":"stop")", R"("finish_reason":null)") == "unfinished");
    CHECK(with(R"("finish_reason":"stop")", R"("finish_reason":[])") == "malformed");
    CHECK(with(R"("finish_reason":"stop")", R"("finish_reason":"content_filter")") ==
          "content-filter");
    CHECK(reason(json_of(R"({"choices":[{"index":0,"finish_reason":"stop"}]})")) == "malformed");
    CHECK(reason(json_of(R"({"choices":[{"text":"a","index":0}]})")) == "unfinished");
    CHECK_FALSE(completions_whole_to_stream("{}", false));
    CHECK_FALSE(completions_whole_to_stream(R"({"choices":[{"text":7}]})", false));
    CHECK_FALSE(completions_whole_to_stream(R"({"choices":[7]})", false));
}

TEST_CASE("Completions: usage is counted and filtered as in chat", "[providers][completions]") {
    const auto stream = fixture("completion.sse");
    const auto usage = completions_usage(stream_of(stream));
    CHECK(usage.input_tokens == 3);
    CHECK(usage.output_tokens == 2);
    CHECK(completions_usage(json_of(fixture("completion.json"))).output_tokens == 7);

    const auto silent = render_completions(stream_of(stream), "sse");
    REQUIRE(silent);
    CHECK(silent->body.find("usage") == std::string::npos);
    CHECK(completions_live_filter("sse+usage", "sse") != nullptr);
    CHECK(completions_live_filter("json", "sse") == nullptr);
    CHECK(can_render_completions("json", "sse+usage"));
    CHECK_FALSE(can_render_completions("sse", "json"));
}

}  // namespace refrain::providers::openai
