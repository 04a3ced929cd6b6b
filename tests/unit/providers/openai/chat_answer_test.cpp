#include "providers/openai/chat_answer.hpp"

#include "unit/providers/openai/answer_samples.hpp"

#include <catch2/catch.hpp>

namespace refrain::providers::openai {
namespace {

std::string reason(const Answer& answer, int choices = 1) {
    return judge_chat(plan_for(choices), answer).reason;
}

std::string one_choice(const std::string& choice) {
    return R"({"id":"c","choices":[)" + choice + "]}";
}

}  // namespace

TEST_CASE("Chat: complete answers are kept, whole and streamed", "[providers][chat]") {
    const auto whole = GENERATE(as<std::string>{},
                                "chat_two_choices",
                                "chat_tools",
                                "chat_refusal",
                                "chat_function_call",
                                "chat_audio",
                                "chat_annotations",
                                "chat_compatible");
    const auto stream = GENERATE(as<std::string>{}, "chat", "chat_tools", "chat_audio");
    CAPTURE(whole, stream);

    CHECK(reason(json_of(fixture(whole + ".json"))).empty());
    CHECK(reason(stream_of(fixture(stream + ".sse"))).empty());
}

TEST_CASE("Chat: an answer with fewer choices than asked for is refused", "[providers][chat]") {
    CHECK(reason(json_of(fixture("chat_two_choices.json")), 2).empty());
    CHECK(reason(json_of(fixture("chat_two_choices.json")), 3) == "missing-choices");
    CHECK(reason(stream_of(fixture("chat.sse")), 2).empty());
    CHECK(reason(stream_of(fixture("chat.sse")), 3) == "missing-choices");
}

TEST_CASE("Chat: only a 200 of the right type is kept", "[providers][chat]") {
    const auto body = fixture("chat_tools.json");

    CHECK(reason({500, "application/json", body, "json"}) == "status-500");
    CHECK(reason({206, "application/json", body, "json"}) == "status-206");
    CHECK(reason({200, "text/html", body, "json"}) == "content-type");
    CHECK(reason({200, "", body, "json"}) == "content-type");
    CHECK(reason({200, "application/json", fixture("chat.sse"), "sse+usage"}) == "content-type");
    CHECK(reason({200, "Application/JSON ; charset=utf-8", body, "json"}).empty());
}

TEST_CASE("Chat: whole answers are refused by their fault", "[providers][chat][hostile]") {
    using Row = std::tuple<std::string, std::string>;
    const auto [body, expected] = GENERATE(table<std::string, std::string>(
        {Row{"", "invalid-json"},
         Row{"not json", "invalid-json"},
         Row{"[1]", "malformed"},
         Row{R"({"choices":[NaN]})", "invalid-json"},
         Row{R"({"a":1,"a":2})", "duplicate-names"},
         Row{"{}", "missing-choices"},
         Row{R"({"choices":[]})", "missing-choices"},
         Row{R"({"choices":{}})", "malformed"},
         Row{R"({"choices":7})", "malformed"},
         Row{R"({"error":{"message":"overloaded"}})", "error-object"},
         Row{one_choice("7"), "malformed"},
         Row{one_choice(R"({"index":0,"message":{}})"), "unfinished"},
         Row{one_choice(R"({"index":0,"message":{},"finish_reason":null})"), "unfinished"},
         Row{one_choice(R"({"index":0,"message":{},"finish_reason":7})"), "unfinished"},
         Row{one_choice(R"({"index":0,"message":{},"finish_reason":""})"), "unfinished"},
         Row{one_choice(R"({"index":0,"message":{},"finish_reason":"content_filter"})"),
             "content-filter"},
         Row{one_choice(R"({"index":0,"finish_reason":"stop"})"), "malformed"},
         Row{one_choice(R"({"index":0,"message":"hi","finish_reason":"stop"})"), "malformed"},
         Row{one_choice(R"({"index":1,"message":{},"finish_reason":"stop"})"), "malformed"},
         Row{one_choice(R"({"index":-1,"message":{},"finish_reason":"stop"})"), "malformed"},
         Row{one_choice(R"({"index":9e18,"message":{},"finish_reason":"stop"})"), "malformed"},
         Row{one_choice(R"({"index":0,"message":{},"finish_reason":"stop"},)"
                        R"({"index":0,"message":{},"finish_reason":"stop"})"),
             "malformed"}}));
    CAPTURE(body);

    CHECK(reason(json_of(body)) == expected);
}

TEST_CASE("Chat: streams are refused by their fault", "[providers][chat][hostile]") {
    const auto stream = fixture("chat.sse");
    const auto with = [&](std::string_view from, std::string_view to) {
        return reason(stream_of(replaced(stream, from, to)));
    };

    CHECK(with("data: [DONE]\n\n", "") == "not-terminated");
    CHECK(with("data: [DONE]\n\n", "data: [DON") == "truncated");
    CHECK(with("data: [DONE]\n\n", "data: [DONE]\n\ndata: {}\n\n") == "after-end");
    CHECK(with("data: [DONE]\n\n", "data: [DONE]\n\ndata: [DONE]\n\n") == "after-end");
    CHECK(with("data: [DONE]\n\n",
               "data: {\"error\":{\"message\":\"boom\"}}\n\ndata: [DONE]\n\n") == "error-object");
    CHECK(with(R"("finish_reason":"stop")", R"("finish_reason":"content_filter")") ==
          "content-filter");
    CHECK(with(R"("finish_reason":"stop")", R"("finish_reason":null)") == "unfinished");
    CHECK(with(R"("choices":[{"index":1)", R"("choices":{"index":1)") == "invalid-json");
    CHECK(with("data: [DONE]", "data: hello\n\ndata: [DONE]") == "invalid-json");
    CHECK(with("data: [DONE]", "data: 7\n\ndata: [DONE]") == "malformed");
    CHECK(with("data: [DONE]", "data: {\"choices\":7}\n\ndata: [DONE]") == "malformed");
    CHECK(reason(stream_of("")) == "not-terminated");
    CHECK(reason(stream_of("data: [DONE]\n\n")) == "missing-choices");
}

TEST_CASE("Chat: comments and heartbeats do not make a stream worse", "[providers][chat]") {
    const auto stream =
        ": ping\n\n" +
        replaced(fixture("chat.sse"), "data: [DONE]", ": OPENROUTER PROCESSING\n\ndata: [DONE]");

    CHECK(reason(stream_of(stream)).empty());
}

TEST_CASE("Chat: a stream cut at any byte but the last is refused", "[providers][chat][hostile]") {
    const auto name = GENERATE(as<std::string>{}, "chat.sse", "chat_tools.sse", "chat_audio.sse");
    const auto stream = fixture(name);

    for (std::size_t size = 0; size + 1 < stream.size(); ++size) {
        CAPTURE(name, size);
        REQUIRE_FALSE(reason(stream_of(std::string_view(stream).substr(0, size))).empty());
    }
    CHECK(reason(stream_of(std::string_view(stream).substr(0, stream.size() - 1))).empty());
}

TEST_CASE("Chat: a whole answer cut at any byte is refused", "[providers][chat][hostile]") {
    auto body = fixture("chat_tools.json");
    body.pop_back();  // the line end after the object

    for (std::size_t size = 0; size < body.size(); ++size) {
        CAPTURE(size);
        REQUIRE_FALSE(reason(json_of(std::string_view(body).substr(0, size))).empty());
    }
}

TEST_CASE("Chat: usage is read from either shape", "[providers][chat]") {
    const auto usage = chat_usage(json_of(fixture("chat_audio.json")));
    CHECK(usage.input_tokens == 120);
    CHECK(usage.cached_input_tokens == 16);
    CHECK(usage.cache_write_tokens == 8);
    CHECK(usage.audio_input_tokens == 90);
    CHECK(usage.image_input_tokens == 4);
    CHECK(usage.output_tokens == 52);
    CHECK(usage.reasoning_tokens == 5);
    CHECK(usage.audio_output_tokens == 40);
    CHECK(usage.service_tier == "default");

    const auto streamed = chat_usage(stream_of(fixture("chat.sse")));
    CHECK(streamed.input_tokens == 14);
    CHECK(streamed.cached_input_tokens == 2);
    CHECK(streamed.output_tokens == 8);
    CHECK(streamed.service_tier == "default");
}

TEST_CASE("Chat: usage that is no count counts nothing", "[providers][chat][hostile]") {
    const auto tokens = GENERATE(as<std::string>{},
                                 "-5",
                                 "1.5",
                                 "\"7\"",
                                 "null",
                                 "{}",
                                 "1e30",
                                 "18446744073709551615",
                                 "99999999999999999999999");
    CAPTURE(tokens);

    CHECK(chat_usage(json_of(R"({"usage":{"prompt_tokens":)" + tokens + "}}")) == Usage{});
    CHECK(chat_usage(json_of(R"({"usage":)" + tokens + "}")) == Usage{});
}

TEST_CASE("Chat: which form can become which", "[providers][chat]") {
    CHECK(can_render_chat("json", "sse"));
    CHECK(can_render_chat("json", "sse+usage"));
    CHECK(can_render_chat("sse+usage", "json"));
    CHECK(can_render_chat("sse+usage", "sse"));
    CHECK(can_render_chat("sse", "sse"));
    CHECK_FALSE(can_render_chat("sse", "sse+usage"));
    CHECK_FALSE(can_render_chat("sse", "json"));
    CHECK_FALSE(can_render_chat("json", "xml"));
}

TEST_CASE("Chat: a rendered answer says what it is", "[providers][chat]") {
    const auto whole = fixture("chat_two_choices.json");
    const auto stream = render_chat(json_of(whole), "sse+usage");
    REQUIRE(stream);
    CHECK(stream->content_type == "text/event-stream; charset=utf-8");
    CHECK(reason(stream_of(stream->body)).empty());

    const auto back = render_chat(stream_of(stream->body), "json");
    REQUIRE(back);
    CHECK(back->content_type == "application/json");
    CHECK(data_of(back->body) == data_of(whole));

    const auto silent = render_chat(stream_of(stream->body), "sse");
    const auto direct = render_chat(json_of(whole), "sse");
    REQUIRE(silent);
    REQUIRE(direct);
    CHECK(silent->body == direct->body);

    CHECK(render_chat(json_of(whole), "json")->body == whole);
    CHECK_FALSE(render_chat(stream_of(silent->body, "sse"), "json"));
    CHECK_FALSE(render_chat(json_of("{}"), "sse"));
}

TEST_CASE("Chat: only the removal of usage can be done live", "[providers][chat]") {
    CHECK(chat_live_filter("sse+usage", "sse") != nullptr);
    CHECK(chat_live_filter("sse+usage", "json") == nullptr);
    CHECK(chat_live_filter("json", "sse") == nullptr);
    CHECK(chat_live_filter("sse", "sse+usage") == nullptr);
}

}  // namespace refrain::providers::openai
