#include "e2e/demo_fixture.hpp"

using refrain::tests::Demo;
using Json = nlohmann::json;

TEST_CASE("Demo: a response echoes what it was asked with", "[demo][responses]") {
    Demo demo;
    const Json answer = demo.ask("/v1/responses",
                                 {{"model", "gpt-4o"},
                                  {"input", "hello"},
                                  {"user", "u1"},
                                  {"metadata", {{"k", "v"}}},
                                  {"temperature", 0.5},
                                  {"store", false}});

    CHECK(answer["object"] == "response");
    CHECK(answer["status"] == "completed");
    CHECK(answer["user"] == "u1");
    CHECK(answer["metadata"] == Json{{"k", "v"}});
    CHECK(answer["temperature"] == 0.5);
    CHECK(answer["store"] == false);
    CHECK(answer["output"][0]["content"][0]["type"] == "output_text");
    CHECK(demo.client().Get("/v1/responses/" + answer["id"].get<std::string>())->status == 404);
}

TEST_CASE("Demo: the events of a response are numbered and end with the whole of it",
          "[demo][responses]") {
    Demo demo;
    const Json request = {{"model", "o3"},
                          {"input", "hello"},
                          {"reasoning", {{"summary", "auto"}}},
                          {"include", {"reasoning.encrypted_content"}},
                          {"stream", true}};
    const auto events = demo.stream("/v1/responses", request);

    std::vector<std::string> types;
    std::string words;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const Json event = Json::parse(events[i]);
        CHECK(event["sequence_number"] == i);
        const auto type = event["type"].get<std::string>();
        if (type == "response.output_text.delta") words += event["delta"];
        if (types.empty() || types.back() != type) types.push_back(type);
    }
    CHECK(types == std::vector<std::string>{"response.created",
                                            "response.in_progress",
                                            "response.output_item.added",
                                            "response.reasoning_summary_part.added",
                                            "response.reasoning_summary_text.delta",
                                            "response.reasoning_summary_text.done",
                                            "response.reasoning_summary_part.done",
                                            "response.output_item.done",
                                            "response.output_item.added",
                                            "response.content_part.added",
                                            "response.output_text.delta",
                                            "response.output_text.done",
                                            "response.content_part.done",
                                            "response.output_item.done",
                                            "response.completed"});
    const Json whole = Json::parse(events.back())["response"];
    CHECK(whole["output"][0]["encrypted_content"].is_string());
    CHECK(whole["output"][1]["content"][0]["text"] == words);
    CHECK(whole["usage"]["output_tokens_details"]["reasoning_tokens"] > 0);
}

TEST_CASE("Demo: a stored response can be read, continued and deleted", "[demo][responses]") {
    Demo demo;
    const Json first = demo.ask("/v1/responses", {{"model", "gpt-4o"}, {"input", "hello"}});
    const std::string path = "/v1/responses/" + first["id"].get<std::string>();
    CHECK(Json::parse(demo.client().Get(path)->body) == first);

    const Json next = {
        {"model", "gpt-4o"}, {"input", "more"}, {"previous_response_id", first["id"]}};
    CHECK(demo.ask("/v1/responses", next)["previous_response_id"] == first["id"]);

    CHECK(Json::parse(demo.client().Delete(path)->body)["deleted"] == true);
    CHECK(demo.client().Get(path)->status == 404);
    const auto orphan = demo.post("/v1/responses", next);
    CHECK(orphan->status == 400);
    CHECK(Json::parse(orphan->body)["error"]["code"] == "previous_response_not_found");
}

TEST_CASE("Demo: function calls of the Responses API come as items of their own",
          "[demo][responses]") {
    Demo demo;
    const Json answer =
        demo.ask("/v1/responses",
                 {{"model", "gpt-4o"},
                  {"input", "weather?"},
                  {"tools",
                   {{{"type", "function"},
                     {"name", "weather"},
                     {"parameters",
                      {{"type", "object"}, {"properties", {{"city", {{"type", "string"}}}}}}}}}}});

    REQUIRE(answer["output"].size() == 1);
    CHECK(answer["output"][0]["type"] == "function_call");
    CHECK(answer["output"][0]["name"] == "weather");
    CHECK(Json::parse(answer["output"][0]["arguments"].get<std::string>()).contains("city"));
    CHECK(answer["tools"][0]["strict"] == true);
}

TEST_CASE("Demo: a response that is filtered or cut is incomplete and says why",
          "[demo][responses]") {
    Demo demo;
    const Json filtered = demo.ask("/v1/responses", {{"model", "gpt-4o"}, {"input", "filter me"}});
    CHECK(filtered["status"] == "incomplete");
    CHECK(filtered["incomplete_details"]["reason"] == "content_filter");

    const auto events = demo.stream(
        "/v1/responses",
        {{"model", "gpt-4o"}, {"input", "x"}, {"max_output_tokens", 2}, {"stream", true}});
    const Json last = Json::parse(events.back());
    CHECK(last["type"] == "response.incomplete");
    CHECK(last["response"]["incomplete_details"]["reason"] == "max_output_tokens");
}
