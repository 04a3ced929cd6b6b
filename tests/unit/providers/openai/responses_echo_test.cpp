#include "providers/openai/responses_echo.hpp"

#include "providers/openai/answer_forms.hpp"
#include "unit/providers/openai/answer_samples.hpp"

#include <catch2/catch.hpp>

namespace refrain::providers::openai {
namespace {

const EchoChange kToBob{R"({"metadata":{"a":"1"},"prompt_cache_key":"k-1","user":"ann"})",
                        R"({"user":"bob \"B\""})"};

std::string all_replaced(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

// The fixture as Bob would have received it.
std::string for_bob(std::string stream) {
    stream = all_replaced(stream, R"("user":"ann")", R"("user":"bob \"B\"")");
    stream = all_replaced(stream, R"("metadata":{"a":"1"})", R"("metadata":{})");
    return all_replaced(stream, R"("prompt_cache_key":"k-1")", R"("prompt_cache_key":null)");
}

}  // namespace

TEST_CASE("Echo: only the members that differ are rewritten, every other byte stays",
          "[providers][responses]") {
    const std::string response =
        R"({ "id":"r" ,"user" : "ann","metadata":{"a":"1"}, "prompt_cache_key":"k-1",)"
        R"("prompt_cache_retention":"in_memory","nested":{"user":"ann"}, "n":1.0})";

    CHECK(with_echo(response, kToBob) ==
          R"({ "id":"r" ,"user" : "bob \"B\"","metadata":{}, "prompt_cache_key":null,)"
          R"("prompt_cache_retention":"in_memory","nested":{"user":"ann"}, "n":1.0})");
    CHECK(with_echo(response, {kToBob.from, kToBob.from}) == response);
}

TEST_CASE("Echo: a member the answer lacks is added only for a caller who sent it",
          "[providers][responses]") {
    CHECK(with_echo(R"({"id":"r"})", {"{}", R"({"user":"bob"})"}) == R"({"id":"r","user":"bob"})");
    CHECK(with_echo(R"({"id":"r"})", {R"({"user":"ann"})", "{}"}) == R"({"id":"r"})");
}

TEST_CASE("Echo: every response of a stream is rewritten, wherever it is cut",
          "[providers][responses]") {
    const auto stream = fixture("response.sse");
    const auto expected = for_bob(stream);
    REQUIRE(expected != stream);

    for (std::size_t at = 0; at <= stream.size(); at += 7) {
        const auto filter = echo_filter(kToBob);
        CAPTURE(at);
        REQUIRE(passed_in_two(*filter, stream, at) == expected);
    }
    const auto filter = echo_filter(kToBob);
    CHECK(passed_bytewise(*filter, stream) == expected);
}

TEST_CASE("Echo: what is no response passes untouched", "[providers][responses][hostile]") {
    const auto data = GENERATE(as<std::string>{},
                               R"({"response":{"user":"ann"})",
                               R"({"response":"ann"})",
                               R"([{"response":{"user":"ann"}}])",
                               R"({"delta":"\"response\":{"})",
                               "[DONE]",
                               R"({"item":{"response":{"user":"ann"}}})");
    CAPTURE(data);
    const auto event = "data: " + data + "\n\n";
    const auto filter = echo_filter(kToBob);

    CHECK(filter->feed(event) + filter->finish() == event);
}

TEST_CASE("Echo: a form names its shape and its echo", "[providers][responses]") {
    CHECK(parse_echo_form("sse|{\"user\":\"a|b\"}").shape == "sse");
    CHECK(parse_echo_form("sse|{\"user\":\"a|b\"}").echo == "{\"user\":\"a|b\"}");
    CHECK(parse_echo_form("json").echo == "{}");
    CHECK(parse_echo_form("json|").echo == "{}");
    CHECK(echo_form("json", "") == "json|{}");
    CHECK(echo_form("sse", "{\"user\":\"x\"}") == "sse|{\"user\":\"x\"}");
}

}  // namespace refrain::providers::openai
