#include "providers/openai/usage_filter.hpp"

#include "unit/providers/openai/answer_samples.hpp"

#include <catch2/catch.hpp>

namespace refrain::providers::openai {
namespace {

std::string filtered(std::string_view stream) {
    const auto filter = usage_filter();
    std::string passed = filter->feed(stream);
    return passed + filter->finish();
}

// The fixture as a caller without include_usage would have received it.
std::string expected_of(std::string stream) {
    for (auto at = stream.find(R"("usage":null,)"); at != stream.npos;
         at = stream.find(R"("usage":null,)")) {
        stream.erase(at, std::string_view(R"("usage":null,)").size());
    }
    const auto usage = stream.find(R"("choices":[],"usage")");
    const auto begin = stream.rfind("data: ", usage);
    const auto end = stream.find("\n\n", usage) + 2;
    return stream.erase(begin, end - begin);
}

}  // namespace

TEST_CASE("Usage filter: the extra chunk and the nulls go, every other byte stays",
          "[providers][usage]") {
    const auto stream = fixture("chat.sse");

    const auto passed = filtered(stream);

    CHECK(passed == expected_of(stream));
    CHECK(passed.find(R"("moderation")") != std::string::npos);
    CHECK(passed.find(R"("content":"The \"usage\": {")") != std::string::npos);
}

TEST_CASE("Usage filter: wherever the stream is cut, the same passes", "[providers][usage]") {
    const auto stream = fixture("chat.sse");
    const auto expected = expected_of(stream);

    for (std::size_t at = 0; at <= stream.size(); ++at) {
        const auto filter = usage_filter();
        CAPTURE(at);
        REQUIRE(passed_in_two(*filter, stream, at) == expected);
    }
    const auto filter = usage_filter();
    CHECK(passed_bytewise(*filter, stream) == expected);
}

TEST_CASE("Usage filter: line ends of every kind stay as they are", "[providers][usage]") {
    const auto end = GENERATE(as<std::string>{}, "\n", "\r\n", "\r");
    const auto event = [&](const std::string& json) { return "data: " + json + end + end; };
    const auto stream = event(R"({"choices":[{"index":0}],"usage":null})") +
                        event(R"({"choices":[],"usage":{"total_tokens":1}})") + event("[DONE]");

    CHECK(filtered(stream) == event(R"({"choices":[{"index":0}]})") + event("[DONE]"));
}

TEST_CASE("Usage filter: a line feed cut from its CR stays in its place", "[providers][usage]") {
    const std::string first = "data: {\"choices\":[]}\n\ndata: 1\r\r\n";
    const std::string second = "data: 2\n\n";

    const auto filter = usage_filter();
    auto passed = filter->feed(first);
    passed += filter->feed(second);
    passed += filter->finish();

    CHECK(passed == first + second);
}

TEST_CASE("Usage filter: a byte order mark in mid-stream hides its line wherever the cut falls",
          "[providers][usage]") {
    const std::string first = "data: {\"choices\":[]}\n\n";
    const std::string second =
        "\xEF\xBB\xBF"
        R"(data: {"choices":[],"usage":{"n":1}})"
        "\n\n";

    const auto filter = usage_filter();
    auto passed = filter->feed(first);
    passed += filter->feed(second);

    CHECK(passed == filtered(first + second));
}

TEST_CASE("Usage filter: an event is passed on with its last byte, not later",
          "[providers][usage]") {
    const auto filter = usage_filter();

    CHECK(filter->feed("data: {\"choices\":[{}],\"usage\":null}\n").empty());
    CHECK(filter->feed("\n") == "data: {\"choices\":[{}]}\n\n");
    CHECK(filter->feed(": ping\n\n") == ": ping\n\n");
    CHECK(filter->feed("data: [DONE]\n\nrest") == "data: [DONE]\n\n");
    CHECK(filter->finish() == "rest");
    CHECK(filter->finish().empty());
}

TEST_CASE("Usage filter: a chunk with usage and moderation loses only the usage",
          "[providers][usage]") {
    CHECK(filtered("data: {\"choices\":[],\"usage\":{\"a\":1},\"moderation\":{}}\n\n") ==
          "data: {\"choices\":[],\"moderation\":{}}\n\n");
}

TEST_CASE("Usage filter: JSON laid out over several data lines is edited too",
          "[providers][usage]") {
    CHECK(filtered("id: 7\ndata: {\"choices\":[{}],\ndata:  \"usage\":null,\ndata:  \"x\":1}\n\n")
              .find("usage") == std::string::npos);
}

TEST_CASE("Usage filter: what it does not understand passes untouched",
          "[providers][usage][hostile]") {
    const auto data = GENERATE(as<std::string>{},
                               R"({"error":{"usage":1}})",
                               R"({"usage":null)",
                               R"("usage")",
                               "usage",
                               R"({"usage":null})",
                               R"({"choices":7,"usage":null})",
                               R"([{"usage":null}])",
                               R"({"choices":[{"usage":null}]})",
                               R"({"choices":[{}],"usage":{"total_tokens":3}})",
                               R"({"choices":[],"prompt_filter_results":[]})",
                               R"({"choices":[,"usage":)",
                               "{",
                               "[DONE]");
    CAPTURE(data);

    CHECK(filtered("data: " + data + "\n\n") == "data: " + data + "\n\n");
}

}  // namespace refrain::providers::openai
