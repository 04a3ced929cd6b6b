#include "providers/openai/chat_stream.hpp"

#include "http/sse.hpp"
#include "unit/providers/openai/answer_samples.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace refrain::providers::openai {
namespace {

using nlohmann::json;

std::vector<std::string> data_lines(const std::string& stream) {
    std::vector<std::string> lines;
    http::SseSplitter splitter;
    splitter.feed(stream);
    for (http::SseEvent event; splitter.next(event);) {
        lines.push_back(event.data);
    }
    CHECK(splitter.rest().empty());
    return lines;
}

// A stream of chunks with these choices.
std::string stream_with(const std::vector<std::string>& choices) {
    std::string stream;
    for (const auto& choice : choices) {
        stream += R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m",)"
                  R"("choices":[)" +
                  choice + "]}\n\n";
    }
    return stream + "data: [DONE]\n\n";
}

std::string whole_with(const std::string& message, const std::string& logprobs = "null") {
    return R"({"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,)"
           R"("message":)" +
           message + R"(,"logprobs":)" + logprobs + R"(,"finish_reason":"stop"}]})";
}

json round_trip(const std::string& whole) {
    const auto stream = chat_whole_to_stream(whole, true);
    REQUIRE(stream);
    const auto back = chat_stream_to_whole(*stream);
    REQUIRE(back);
    return data_of(*back);
}

}  // namespace

TEST_CASE("Chat: an answer streamed and added up again is the same answer", "[providers][chat]") {
    const auto name = GENERATE(as<std::string>{},
                               "chat_two_choices",
                               "chat_tools",
                               "chat_function_call",
                               "chat_refusal",
                               "chat_audio",
                               "chat_annotations",
                               "chat_compatible");
    CAPTURE(name);
    const auto whole = fixture(name + ".json");

    CHECK(round_trip(whole) == data_of(whole));
}

TEST_CASE("Chat: usage is streamed only to those who ask", "[providers][chat]") {
    const auto whole = fixture("chat_two_choices.json");

    const auto asked = chat_whole_to_stream(whole, true);
    const auto silent = chat_whole_to_stream(whole, false);

    REQUIRE(asked);
    REQUIRE(silent);
    CHECK(silent->find("usage") == std::string::npos);
    const auto lines = data_lines(*asked);
    REQUIRE(lines.size() == data_lines(*silent).size() + 1);
    CHECK(lines.back() == "[DONE]");
    const auto extra = data_of(lines[lines.size() - 2]);
    CHECK(extra["choices"].empty());
    CHECK(extra["usage"] == data_of(whole)["usage"]);
    for (std::size_t i = 0; i + 2 < lines.size(); ++i) {
        CHECK(data_of(lines[i])["usage"].is_null());
        CHECK(lines[i].find(R"("usage":null)") != std::string::npos);
    }
}

TEST_CASE("Chat: the chunks come in OpenAI's order, members included", "[providers][chat]") {
    const auto stream = chat_whole_to_stream(fixture("chat_tools.json"), false);

    REQUIRE(stream);
    const auto lines = data_lines(*stream);
    REQUIRE(lines.size() == 8);
    CHECK(lines[0] ==
          R"({"id":"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT","object":"chat.completion.chunk",)"
          R"("created":1741569952,"model":"gpt-4.1-2025-04-14","service_tier":"default",)"
          R"("system_fingerprint":"fp_b2f3e6f7a1","choices":[{"index":0,"delta":{)"
          R"("role":"assistant","content":null,"refusal":null,"annotations":[]},)"
          R"("logprobs":null,"finish_reason":null}]})");
    const auto delta = [&](std::size_t i) { return data_of(lines[i])["choices"][0]["delta"]; };
    CHECK(delta(1)["tool_calls"][0] ==
          json::parse(R"({"index":0,"id":"call_abc123","type":"function",)"
                      R"("function":{"name":"get_weather","arguments":""}})"));
    CHECK(delta(2)["tool_calls"][0]["index"] == 0);
    CHECK_FALSE(delta(2)["tool_calls"][0].contains("id"));
    CHECK(delta(3)["tool_calls"][0]["function"]["name"] == "now");
    CHECK(delta(4)["tool_calls"][0]["custom"] == json{{"name", "run_sql"}, {"input", ""}});
    CHECK(delta(5)["tool_calls"][0] ==
          json::parse(R"({"index":2,"custom":{"input":"SELECT *\nFROM \"t\";"}})"));
    CHECK(delta(6).empty());
    CHECK(data_of(lines[6])["choices"][0]["finish_reason"] == "tool_calls");
}

TEST_CASE("Chat: moderation comes after the usage, without a usage of its own",
          "[providers][chat]") {
    const auto stream = chat_whole_to_stream(fixture("chat_annotations.json"), true);

    REQUIRE(stream);
    const auto lines = data_lines(*stream);
    CHECK(data_of(lines[lines.size() - 3]).contains("usage"));
    const auto moderation = data_of(lines[lines.size() - 2]);
    CHECK(moderation["choices"].empty());
    CHECK(moderation.contains("moderation"));
    CHECK_FALSE(moderation.contains("usage"));
}

TEST_CASE("Chat: numbers keep the provider's spelling both ways", "[providers][chat]") {
    const auto message = R"({"role":"assistant","content":"a","refusal":null})";
    const auto logprobs =
        R"({"content":[{"token":"a","logprob":-1.0e-5,"x":12345678901234567890123}],"refusal":null})";

    const auto stream = chat_whole_to_stream(whole_with(message, logprobs), false);
    REQUIRE(stream);
    CHECK(stream->find(R"("logprob":-1.0e-5,"x":12345678901234567890123)") != std::string::npos);
    const auto whole = chat_stream_to_whole(*stream);
    REQUIRE(whole);
    CHECK(whole->find(R"("logprob":-1.0e-5,"x":12345678901234567890123)") != std::string::npos);
}

TEST_CASE("Chat: logprobs without a text to stand beside are not lost", "[providers][chat]") {
    const auto logprobs = GENERATE(as<std::string>{},
                                   R"({"content":[{"token":"a"}],"refusal":null})",
                                   R"({"content":[],"refusal":null})",
                                   R"({"content":null,"refusal":null})");
    CAPTURE(logprobs);
    const auto whole =
        whole_with(R"({"role":"assistant","content":null,"refusal":null})", logprobs);

    CHECK(round_trip(whole) == data_of(whole));
}

TEST_CASE("Chat: logprobs sent beside their text are not sent again at the end",
          "[providers][chat]") {
    const auto stream = chat_whole_to_stream(fixture("chat_refusal.json"), false);

    REQUIRE(stream);
    const auto lines = data_lines(*stream);
    REQUIRE(lines.size() == 4);
    CHECK(data_of(lines[1])["choices"][0]["logprobs"]["refusal"].size() == 2);
    CHECK(data_of(lines[2])["choices"][0]["logprobs"].is_null());
}

TEST_CASE("Chat: choices are streamed in the order of their index", "[providers][chat]") {
    const auto stream = chat_whole_to_stream(
        R"({"choices":[{"index":1,"message":{"content":"b"},"finish_reason":"stop"},)"
        R"({"index":0,"message":{"content":"a"},"finish_reason":"stop"}]})",
        false);

    REQUIRE(stream);
    const auto lines = data_lines(*stream);
    REQUIRE(lines.size() == 7);
    CHECK(data_of(lines[1])["choices"][0]["delta"]["content"] == "a");
    CHECK(data_of(lines[4])["choices"][0]["delta"]["content"] == "b");
    CHECK(data_of(lines[4])["choices"][0]["index"] == 1);
}

TEST_CASE("Chat: a recorded stream adds up to what the other shape would have been",
          "[providers][chat]") {
    const auto whole = chat_stream_to_whole(fixture("chat.sse"));

    REQUIRE(whole);
    const auto answer = data_of(*whole);
    CHECK(answer["object"] == "chat.completion");
    CHECK(answer["id"] == "chatcmpl-BKb1");
    CHECK(answer["system_fingerprint"] == "fp_79b79be41f");
    CHECK_FALSE(answer.contains("obfuscation"));
    CHECK(answer["usage"]["completion_tokens"] == 8);
    CHECK(answer["moderation"]["output"]["flagged"] == false);
    REQUIRE(answer["choices"].size() == 2);
    CHECK(
        answer["choices"][0]["message"] ==
        json::parse(R"({"role":"assistant","content":"The \"usage\": { capital","refusal":null})"));
    CHECK(answer["choices"][0]["logprobs"]["content"].size() == 2);
    CHECK(answer["choices"][0]["finish_reason"] == "stop");
    CHECK(answer["choices"][1]["message"]["content"] == "Grüße");
    CHECK(answer["choices"][1]["logprobs"].is_null());
    CHECK(answer["choices"][1]["finish_reason"] == "length");
}

TEST_CASE("Chat: streamed tool calls are put together in the order of their index",
          "[providers][chat]") {
    const auto whole = chat_stream_to_whole(fixture("chat_tools.sse"));

    REQUIRE(whole);
    const auto answer = data_of(*whole);
    CHECK(answer["system_fingerprint"] == "fp_1");
    CHECK(answer["choices"][0]["message"]["content"].is_null());
    CHECK(answer["choices"][0]["message"]["tool_calls"] ==
          json::parse(R"([{"id":"call_A","type":"function","function":)"
                      R"({"name":"get_weather","arguments":"{\"loc\":\"Oslo\"}"}},)"
                      R"({"id":"call_B","type":"custom","custom":)"
                      R"({"name":"run_sql","input":"SELECT 1"}}])"));
}

TEST_CASE("Chat: whole tool calls that a server streams without an index are kept apart",
          "[providers][chat]") {
    const auto whole = chat_stream_to_whole(stream_with(
        {R"({"index":0,"delta":{"role":"assistant","tool_calls":[{"id":"a","type":"function",)"
         R"("function":{"name":"f","arguments":"{}"},"extra_content":{"s":"1"}}]}})",
         R"({"index":0,"delta":{"tool_calls":[{"id":"b","type":"function",)"
         R"("function":{"name":"g","arguments":"{}"}}]},"finish_reason":"tool_calls"})"}));

    REQUIRE(whole);
    const auto calls = data_of(*whole)["choices"][0]["message"]["tool_calls"];
    REQUIRE(calls.size() == 2);
    CHECK(calls[0]["extra_content"]["s"] == "1");
    CHECK(calls[1]["function"]["name"] == "g");
}

TEST_CASE("Chat: sound streamed in padded pieces becomes one piece, its end needs no reason",
          "[providers][chat][audio]") {
    const auto whole = chat_stream_to_whole(fixture("chat_audio.sse"));

    REQUIRE(whole);
    const auto choice = data_of(*whole)["choices"][0];
    CHECK(choice["finish_reason"] == "stop");
    CHECK(choice["message"]["audio"] ==
          json::parse(R"({"id":"audio_1","transcript":"Is it so?","data":"AQID",)"
                      R"("expires_at":1744218521})"));
}

TEST_CASE("Chat: sound cut before its expiry is unfinished", "[providers][chat][audio]") {
    auto stream = fixture("chat_audio.sse");
    stream = replaced(stream, R"("audio":{"expires_at":1744218521})", R"("audio":{})");

    const auto whole = chat_stream_to_whole(stream);

    REQUIRE_FALSE(whole);
    CHECK(whole.error().message == "unfinished");
}

TEST_CASE("Chat: what compatible servers add is concatenated or the last of it kept",
          "[providers][chat]") {
    const auto whole = chat_stream_to_whole(stream_with(
        {R"({"index":0,"delta":{"role":"assistant","reasoning_content":null,"audio":null}})",
         R"({"index":0,"delta":{"reasoning_content":"Two "},"stop_reason":null})",
         R"({"index":0,"delta":{"reasoning_content":"and two","score":1}})",
         R"({"index":0,"delta":{"score":2,"annotations":[1]}})",
         R"({"index":0,"delta":{"annotations":[2]},"finish_reason":"stop","stop_reason":7})"}));

    REQUIRE(whole);
    const auto choice = data_of(*whole)["choices"][0];
    CHECK(choice["message"]["reasoning_content"] == "Two and two");
    CHECK(choice["message"]["score"] == 2);
    CHECK(choice["message"]["annotations"] == json::parse("[1,2]"));
    CHECK(choice["message"]["audio"].is_null());
    CHECK(choice["stop_reason"] == 7);
}

TEST_CASE("Chat: a first empty text makes the text empty, none leaves it null",
          "[providers][chat]") {
    const auto content = [](const std::string& delta) {
        const auto whole = chat_stream_to_whole(
            stream_with({R"({"index":0,"delta":)" + delta + R"(,"finish_reason":"stop"})"}));
        REQUIRE(whole);
        return data_of(*whole)["choices"][0]["message"]["content"];
    };

    CHECK(content(R"({"role":"assistant","content":""})") == "");
    CHECK(content(R"({"role":"assistant","content":null})").is_null());
    CHECK(content(R"({"role":"assistant"})").is_null());
}

TEST_CASE("Chat: hostile streams are refused and never crash", "[providers][chat][hostile]") {
    const std::string end = R"({"index":0,"delta":{},"finish_reason":"stop"})";
    const auto choice =
        GENERATE(as<std::string>{},
                 R"({"index":99999999999,"delta":{}})",
                 R"({"index":1e308,"delta":{}})",
                 R"({"index":18446744073709551615,"delta":{}})",
                 R"({"index":-1,"delta":{}})",
                 R"({"index":0.5,"delta":{}})",
                 R"({"index":"0","delta":{}})",
                 R"({"delta":{}})",
                 "null",
                 "[]",
                 "7",
                 R"({"index":0,"delta":7})",
                 R"({"index":0,"delta":[]})",
                 R"({"index":0,"delta":{"content":7}})",
                 R"({"index":0,"delta":{"content":{}}})",
                 R"({"index":0,"delta":{"refusal":[]}})",
                 R"({"index":0,"delta":{"role":1}})",
                 R"({"index":0,"delta":{"tool_calls":{}}})",
                 R"({"index":0,"delta":{"tool_calls":[null]}})",
                 R"({"index":0,"delta":{"tool_calls":[{}]}})",
                 R"({"index":0,"delta":{"tool_calls":[{"index":-1,"id":"a"}]}})",
                 R"({"index":0,"delta":{"tool_calls":[{"index":4000000000,"id":"a"}]}})",
                 R"({"index":0,"delta":{"tool_calls":[{"index":99999,"id":"a"},{"id":"b"}]}})",
                 R"({"index":0,"delta":{"tool_calls":[{"index":0,"function":"f"}]}})",
                 R"({"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":1}}]}})",
                 R"({"index":0,"delta":{"function_call":[]}})",
                 R"({"index":0,"delta":{"audio":"x"}})",
                 R"({"index":0,"delta":{"audio":{"data":1}}})",
                 R"({"index":0,"delta":{"audio":{"data":"not base64!"}}})",
                 R"({"index":0,"delta":{"audio":{"transcript":{}}}})",
                 R"({"index":0,"delta":{"annotations":{}}})",
                 R"({"index":0,"delta":{},"logprobs":[]})",
                 R"({"index":0,"delta":{},"logprobs":{"content":{}}})",
                 R"({"index":0,"delta":{},"finish_reason":7})",
                 R"({"index":0,"delta":{},"finish_reason":{}})",
                 R"({"index":0,"delta":NaN})",
                 R"({"index":0,"delta":{"content":"\ud800"}})",
                 R"({"index":0,"delta":{"a":1,"a":2}})",
                 "{",
                 R"({"index":0,"delta":{}}},{)",
                 std::string(200, '['));
    CAPTURE(choice);

    CHECK_FALSE(chat_stream_to_whole(stream_with({choice, end})));
}

TEST_CASE("Chat: a stream that invents endless members is refused", "[providers][chat][hostile]") {
    std::vector<std::string> choices;
    for (int i = 0; i < 2000; ++i) {
        choices.push_back(R"({"index":0,"delta":{"k)" + std::to_string(i) + R"(":1}})");
    }
    choices.emplace_back(R"({"index":0,"delta":{},"finish_reason":"stop"})");

    CHECK_FALSE(chat_stream_to_whole(stream_with(choices)));
}

TEST_CASE("Chat: what is no chat completion is not streamed", "[providers][chat][hostile]") {
    const auto whole = GENERATE(as<std::string>{},
                                "",
                                "null",
                                "[]",
                                "{}",
                                R"({"choices":{}})",
                                R"({"choices":[7]})",
                                R"({"choices":[{}]})",
                                R"({"choices":[{"message":null}]})",
                                R"({"choices":[{"message":{})",
                                R"({"choices":[{"message":{"content":[]}}]})",
                                R"({"choices":[{"message":{"refusal":1}}]})",
                                R"({"choices":[{"message":{"tool_calls":[1]}}]})",
                                R"({"choices":[{"message":{"tool_calls":7}}]})",
                                R"({"choices":[{"message":{},"logprobs":[]}]})",
                                R"({"error":{"message":"no"},"choices":[]})");
    CAPTURE(whole);

    CHECK_FALSE(chat_whole_to_stream(whole, true));
}

TEST_CASE("Chat: strange but harmless members pass the conversion", "[providers][chat][hostile]") {
    const auto message = GENERATE(
        as<std::string>{},
        R"({"role":"assistant","content":"x","refusal":null,"audio":7})",
        R"({"role":"assistant","content":"x","refusal":null,"tool_calls":[{}]})",
        R"({"role":"assistant","content":"x","refusal":null,"tool_calls":[{"function":7}]})",
        R"({"role":7,"content":"","refusal":null})");
    CAPTURE(message);

    CHECK(chat_whole_to_stream(whole_with(message), false));
}

}  // namespace refrain::providers::openai
