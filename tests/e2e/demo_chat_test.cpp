#include "e2e/demo_fixture.hpp"

using refrain::tests::chat_request;
using refrain::tests::Demo;
using Json = nlohmann::json;

namespace {

Json weather_tool() {
    return {{"type", "function"},
            {"function",
             {{"name", "weather"},
              {"parameters",
               {{"type", "object"},
                {"properties", {{"city", {{"type", "string"}}}}},
                {"required", {"city"}}}}}}};
}

}  // namespace

TEST_CASE("Demo: the same question gets the same words under a fresh id", "[demo][chat]") {
    Demo demo;
    const Json first = demo.ask("/v1/chat/completions", chat_request("hello"));
    const Json again = demo.ask("/v1/chat/completions", chat_request("hello"));
    const Json other = demo.ask("/v1/chat/completions", chat_request("good bye"));

    CHECK(first["choices"] == again["choices"]);
    CHECK(first["usage"] == again["usage"]);
    CHECK(first["id"] != again["id"]);
    CHECK(first["choices"] != other["choices"]);
    CHECK(first["object"] == "chat.completion");
    CHECK(first["model"] == "gpt-4o-2024-08-06");
    CHECK(first["choices"][0]["finish_reason"] == "stop");
    CHECK(first["usage"]["total_tokens"] == first["usage"]["prompt_tokens"].get<int>() +
                                                first["usage"]["completion_tokens"].get<int>());
}

TEST_CASE("Demo: fields that cannot change an answer do not", "[demo][chat]") {
    Demo demo;
    Json request = chat_request("hello");
    const Json plain = demo.ask("/v1/chat/completions", request);
    request["user"] = "somebody";
    request["metadata"] = {{"a", "b"}};
    CHECK(demo.ask("/v1/chat/completions", request)["choices"] == plain["choices"]);
    request["temperature"] = 0.3;
    CHECK(demo.ask("/v1/chat/completions", request)["choices"] != plain["choices"]);
}

TEST_CASE("Demo: a stream says what the whole answer says and ends with [DONE]", "[demo][chat]") {
    Demo demo;
    Json request = chat_request("hello");
    request["n"] = 2;
    const Json whole = demo.ask("/v1/chat/completions", request);
    request["stream"] = true;
    const auto events = demo.stream("/v1/chat/completions", request);

    std::vector<std::string> words(2);
    std::vector<Json> reasons(2);
    REQUIRE(events.back() == "[DONE]");
    for (std::size_t i = 0; i + 1 < events.size(); ++i) {
        const Json chunk = Json::parse(events[i]);
        CHECK(chunk["object"] == "chat.completion.chunk");
        CHECK_FALSE(chunk.contains("usage"));
        const Json& choice = chunk["choices"][0];
        const auto index = choice["index"].get<std::size_t>();
        words[index] += choice["delta"].value("content", "");
        if (!choice["finish_reason"].is_null()) reasons[index] = choice["finish_reason"];
    }
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(words[i] == whole["choices"][i]["message"]["content"]);
        CHECK(reasons[i] == "stop");
    }
    CHECK(words[0] != words[1]);
}

TEST_CASE("Demo: usage in a stream is null on every chunk and real on an extra one",
          "[demo][chat]") {
    Demo demo;
    Json request = chat_request("hello");
    const Json whole = demo.ask("/v1/chat/completions", request);
    request["stream"] = true;
    request["stream_options"] = {{"include_usage", true}};
    const auto events = demo.stream("/v1/chat/completions", request);

    REQUIRE(events.size() > 3);
    for (std::size_t i = 0; i + 2 < events.size(); ++i) {
        const Json chunk = Json::parse(events[i]);
        REQUIRE(chunk.contains("usage"));
        CHECK(chunk["usage"].is_null());
    }
    const Json last = Json::parse(events[events.size() - 2]);
    CHECK(last["choices"].empty());
    CHECK(last["usage"] == whole["usage"]);
}

TEST_CASE("Demo: tools are called, and their results are answered in words", "[demo][chat]") {
    Demo demo;
    Json request = chat_request("weather?");
    request["tools"] = {weather_tool()};
    const Json called = demo.ask("/v1/chat/completions", request);
    const Json& message = called["choices"][0]["message"];

    CHECK(called["choices"][0]["finish_reason"] == "tool_calls");
    CHECK(message["content"].is_null());
    REQUIRE(message["tool_calls"].size() == 1);
    CHECK(message["tool_calls"][0]["function"]["name"] == "weather");
    CHECK(Json::parse(message["tool_calls"][0]["function"]["arguments"].get<std::string>())["city"]
              .is_string());

    request["messages"].push_back(message);
    request["messages"].push_back(
        {{"role", "tool"}, {"tool_call_id", message["tool_calls"][0]["id"]}, {"content", "sunny"}});
    const Json answered = demo.ask("/v1/chat/completions", request);
    CHECK(answered["choices"][0]["finish_reason"] == "stop");
    CHECK(answered["choices"][0]["message"]["content"].is_string());
}

TEST_CASE("Demo: structured output fits its schema, in the schema's order", "[demo][chat]") {
    Demo demo;
    const auto schema = nlohmann::ordered_json::parse(R"({"type":"object","properties":{
        "zebra":{"type":"integer","minimum":3,"maximum":5},"apple":{"enum":["x","y"]},
        "list":{"type":"array","items":{"$ref":"#/$defs/node"},"minItems":2,"maxItems":2}},
        "required":["zebra","apple","list"],"additionalProperties":false,
        "$defs":{"node":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}}}}})");
    nlohmann::ordered_json request = chat_request("fill in");
    request["response_format"] = {{"type", "json_schema"},
                                  {"json_schema", {{"name", "n"}, {"schema", schema}}}};
    const auto answer =
        demo.client().Post("/v1/chat/completions", request.dump(), "application/json");

    REQUIRE(answer);
    CAPTURE(answer->body);
    REQUIRE(answer->status == 200);
    const auto content =
        Json::parse(answer->body)["choices"][0]["message"]["content"].get<std::string>();
    const auto value = nlohmann::ordered_json::parse(content);
    CHECK(value["zebra"] >= 3);
    CHECK(value["zebra"] <= 5);
    CHECK((value["apple"] == "x" || value["apple"] == "y"));
    CHECK(value["list"].size() == 2);
    CHECK(content.find("zebra") < content.find("apple"));
}

TEST_CASE("Demo: it refuses, is filtered and is cut short when asked to", "[demo][chat]") {
    Demo demo;
    const Json refused = demo.ask("/v1/chat/completions", chat_request("please refuse"));
    CHECK(refused["choices"][0]["message"]["content"].is_null());
    CHECK(refused["choices"][0]["message"]["refusal"].is_string());

    const Json filtered = demo.ask("/v1/chat/completions", chat_request("filter me"));
    CHECK(filtered["choices"][0]["finish_reason"] == "content_filter");

    Json request = chat_request("hello");
    request["max_completion_tokens"] = 3;
    const Json cut = demo.ask("/v1/chat/completions", request);
    CHECK(cut["choices"][0]["finish_reason"] == "length");
    CHECK(cut["usage"]["completion_tokens"] == 3);
}

TEST_CASE("Demo: log probabilities cover the content, token by token", "[demo][chat]") {
    Demo demo;
    Json request = chat_request("hello");
    request["logprobs"] = true;
    request["top_logprobs"] = 2;
    const Json answer = demo.ask("/v1/chat/completions", request);

    std::string joined;
    for (const Json& token : answer["choices"][0]["logprobs"]["content"]) {
        joined += token["token"];
        CHECK(token["top_logprobs"].size() == 2);
    }
    CHECK(joined == answer["choices"][0]["message"]["content"]);
}
