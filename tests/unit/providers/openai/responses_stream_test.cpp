#include "providers/openai/responses_stream.hpp"

#include "http/sse.hpp"
#include "unit/providers/openai/answer_samples.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace refrain::providers::openai {
namespace {

using nlohmann::json;

// The events as data, checked for what every frame must have.
std::vector<json> events_of(const std::string& stream) {
    std::vector<json> events;
    http::SseSplitter splitter;
    splitter.feed(stream);
    for (http::SseEvent event; splitter.next(event);) {
        events.push_back(data_of(event.data));
        CHECK(events.back()["type"] == event.type);
        CHECK(events.back()["sequence_number"] == events.size() - 1);
        CHECK(event.raw == "event: " + event.type + "\ndata: " + event.data + "\n\n");
    }
    CHECK(splitter.rest().empty());
    return events;
}

std::vector<std::string> types_of(const std::vector<json>& events) {
    std::vector<std::string> types;
    for (const auto& event : events) {
        types.push_back(event["type"]);
    }
    return types;
}

std::vector<json> streamed(const std::string& whole) {
    const auto stream = responses_whole_to_stream(whole);
    REQUIRE(stream);
    return events_of(*stream);
}

}  // namespace

TEST_CASE("Responses: an answer streamed and read again is the same answer",
          "[providers][responses]") {
    const auto whole =
        fixture(GENERATE(as<std::string>{}, "response_full.json", "response_incomplete.json"));

    const auto stream = responses_whole_to_stream(whole);
    REQUIRE(stream);
    const auto back = responses_stream_to_whole(*stream);
    REQUIRE(back);

    CHECK(data_of(*back) == data_of(whole));
    CHECK(back->find(R"("temperature":1.0,)") != std::string::npos);
    CHECK(stream->find("[DONE]") == std::string::npos);
}

TEST_CASE("Responses: events come in OpenAI's order", "[providers][responses]") {
    const auto types = types_of(streamed(fixture("response_full.json")));

    CHECK(types == std::vector<std::string>{"response.created",
                                            "response.in_progress",
                                            "response.output_item.added",
                                            "response.reasoning_summary_part.added",
                                            "response.reasoning_summary_text.delta",
                                            "response.reasoning_summary_text.done",
                                            "response.reasoning_summary_part.done",
                                            "response.reasoning_summary_part.added",
                                            "response.reasoning_summary_text.delta",
                                            "response.reasoning_summary_text.done",
                                            "response.reasoning_summary_part.done",
                                            "response.content_part.added",
                                            "response.reasoning_text.delta",
                                            "response.reasoning_text.done",
                                            "response.content_part.done",
                                            "response.output_item.done",
                                            "response.output_item.added",
                                            "response.content_part.added",
                                            "response.output_text.delta",
                                            "response.output_text.annotation.added",
                                            "response.output_text.done",
                                            "response.content_part.done",
                                            "response.content_part.added",
                                            "response.refusal.delta",
                                            "response.refusal.done",
                                            "response.content_part.done",
                                            "response.output_item.done",
                                            "response.output_item.added",
                                            "response.function_call_arguments.delta",
                                            "response.function_call_arguments.done",
                                            "response.output_item.done",
                                            "response.output_item.added",
                                            "response.custom_tool_call_input.delta",
                                            "response.custom_tool_call_input.done",
                                            "response.output_item.done",
                                            "response.output_item.added",
                                            "response.output_item.done",
                                            "response.completed"});
}

TEST_CASE("Responses: the first event announces a response with nothing in it yet",
          "[providers][responses]") {
    const auto events = streamed(fixture("response_incomplete.json"));

    const auto& start = events[0]["response"];
    CHECK(start["status"] == "in_progress");
    CHECK(start["output"].empty());
    CHECK(start["usage"].is_null());
    CHECK(start["incomplete_details"].is_null());
    CHECK(start["completed_at"].is_null());
    CHECK(start["id"] == data_of(fixture("response_incomplete.json"))["id"]);
    CHECK(events[1]["response"] == start);
    CHECK(events.back()["type"] == "response.incomplete");
}

TEST_CASE("Responses: items and parts are announced empty and end as they are",
          "[providers][responses]") {
    const auto whole = data_of(fixture("response_full.json"));
    const auto events = streamed(fixture("response_full.json"));

    CHECK(events[2]["item"]["summary"].empty());
    CHECK(events[2]["item"]["content"].empty());
    CHECK(events[4]["summary_index"] == 0);
    CHECK(events[8]["delta"] == "Second.");
    CHECK(events[15]["item"] == whole["output"][0]);
    CHECK(events[16]["item"]["status"] == "in_progress");
    CHECK(events[17]["part"] ==
          json::parse(R"({"type":"output_text","annotations":[],"logprobs":[],"text":""})"));
    CHECK(events[18]["delta"] == whole["output"][1]["content"][0]["text"]);
    CHECK(events[18]["logprobs"] == whole["output"][1]["content"][0]["logprobs"]);
    CHECK(events[18]["item_id"] == "msg_68af4033");
    CHECK(events[19]["annotation_index"] == 0);
    CHECK(events[22]["content_index"] == 1);
    CHECK(events[22]["part"] == json::parse(R"({"type":"refusal","refusal":""})"));
    CHECK(events[27]["item"]["arguments"] == "");
    CHECK(events[29]["arguments"] == R"({"city":"Paris"})");
    CHECK(events[29]["name"] == "get_weather");
    CHECK(events[31]["item"]["input"] == "");
    CHECK(events[33]["input"] == "print(\"hi\")\n");
    CHECK(events[35]["item"] == whole["output"][4]);
    CHECK(events[36]["item"] == whole["output"][4]);
    CHECK(events[36]["output_index"] == 4);
}

TEST_CASE("Responses: a recorded stream holds its answer in the last event, byte for byte",
          "[providers][responses]") {
    const auto stream = fixture("response.sse");

    const auto whole = responses_stream_to_whole(stream);

    REQUIRE(whole);
    CHECK(whole->starts_with(R"({"id":"resp_02a","object":"response")"));
    CHECK(stream.find(*whole + "}\n\n") != std::string::npos);
    CHECK(whole->find(R"("top_p":1.0)") != std::string::npos);
}

TEST_CASE("Responses: what cannot be streamed is refused", "[providers][responses][hostile]") {
    const auto whole = GENERATE(as<std::string>{},
                                "",
                                "null",
                                "[]",
                                "{}",
                                R"({"status":"completed"})",
                                R"({"status":"completed","output":7})",
                                R"({"status":"completed","output":[7]})",
                                R"({"status":"completed","output":{}})",
                                R"({"status":"in_progress","output":[]})",
                                R"({"status":"queued","output":[]})",
                                R"({"status":7,"output":[]})",
                                R"({"status":"completed\n\ndata: x","output":[]})",
                                R"({"status":"completed","output":[],"error":{"code":"x"}})",
                                R"({"status":"completed","output":[]}x)");
    CAPTURE(whole);

    CHECK_FALSE(responses_whole_to_stream(whole));
}

TEST_CASE("Responses: items of strange shape are streamed as they are",
          "[providers][responses][hostile]") {
    const auto item = GENERATE(
        as<std::string>{},
        "{}",
        R"({"type":7})",
        R"({"type":"message"})",
        R"({"type":"message","content":7})",
        R"({"type":"message","content":[7,null,{}]})",
        R"({"type":"message","content":[{"type":"output_text","text":null,"annotations":{}}]})",
        R"({"type":"reasoning","summary":{},"content":[{"type":"reasoning_text"}]})",
        R"({"type":"reasoning","summary":[7]})",
        R"({"type":"function_call","arguments":[1]})",
        R"({"type":"custom_tool_call"})");
    CAPTURE(item);
    const auto whole = R"({"id":"r","status":"completed","output":[)" + item + "]}";

    const auto events = streamed(whole);

    CHECK(events.back()["response"] == data_of(whole));
}

}  // namespace refrain::providers::openai
