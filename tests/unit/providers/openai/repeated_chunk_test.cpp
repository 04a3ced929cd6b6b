#include "providers/openai/repeated_chunk.hpp"

#include "providers/openai/chat_stream.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace refrain::providers::openai {
namespace {

std::string chunk_with(const std::string& choice, const std::string& behind = "") {
    return R"({"id":"c","object":"chat.completion.chunk","choices":[)" + choice + "]" + behind +
           "}";
}

std::string said(const std::string& content, const std::string& behind = "") {
    return chunk_with(
        R"({"index":0,"delta":{"content":")" + content + R"("},"finish_reason":null})", behind);
}

// What `second` adds once `first` was read; absent if it must be parsed.
std::optional<std::string> read_after(const std::string& first, const std::string& second) {
    const auto chunk = parse_json(first);
    REQUIRE(chunk);
    RepeatedChunk repeated;
    repeated.remember(first, *chunk);
    std::string content;
    if (!repeated.read(second, content)) return std::nullopt;
    return content;
}

TEST_CASE("A chunk that differs in its text alone is not parsed", "[providers][openai]") {
    CHECK(read_after(said("The"), said(" dog")) == " dog");
    CHECK(read_after(said("The"), said("")) == "");
    CHECK(read_after(said(R"(a \"quoted\" word)"), said(R"(\\ \u00e9 \n)")) == "\\ \u00e9 \n");
    CHECK(read_after(said("a"), said(R"(\"},\"delta\":{\")")) == R"("},"delta":{")");
    CHECK(read_after(said("The", R"(,"usage":null)"), said("dog", R"(,"usage":null)")) == "dog");
}

TEST_CASE("The padding of a chunk may differ too", "[providers][openai]") {
    CHECK(read_after(said("The", R"(,"obfuscation":"x1y")"),
                     said("dog", R"(,"obfuscation":"abcdef")")) == "dog");
    CHECK_FALSE(read_after(said("The", R"(,"obfuscation":"x1y")"),
                           said("dog", R"(,"obfuscation":"abc","usage":null)")));
    CHECK_FALSE(read_after(said("The", R"(,"obfuscation":"x1y")"), said("dog")));
    CHECK_FALSE(read_after(said("The", R"(,"x":{"obfuscation":"x1y"})"),
                           said("dog", R"(,"x":{"obfuscation":"abc"})")));
}

TEST_CASE("A chunk that may say more is parsed", "[providers][openai]") {
    CHECK_FALSE(read_after(said("The"), said("dog", R"(,"usage":null)")));
    CHECK_FALSE(read_after(said("The"), chunk_with(R"({"index":0,"delta":{}})")));
    CHECK_FALSE(read_after(said("The"), said(R"(dog"},"x":{"y":"z)")));
    CHECK_FALSE(read_after(said("The"), said(R"(an open end\)")));
    CHECK_FALSE(read_after(said("The"), said("\xC3")));
    CHECK_FALSE(read_after(said("The"), said("a\nb")));
    CHECK_FALSE(read_after(said("The"), said("dog") + " "));
    CHECK_FALSE(read_after(said("The"), said("dog").substr(1)));
}

TEST_CASE("A chunk that says more than its text is not taken for repeated", "[providers][openai]") {
    const auto again = [](const std::string& choice, const std::string& behind = "") {
        const std::string chunk = chunk_with(choice, behind);
        return read_after(chunk, chunk).has_value();
    };
    CHECK(again(R"({"index":0,"delta":{"content":"a"},"logprobs":null})"));
    CHECK_FALSE(again(R"({"index":0,"delta":{"content":"a","reasoning_content":"b"}})"));
    CHECK_FALSE(again(R"({"index":0,"delta":{"content":null}})"));
    CHECK_FALSE(again(R"({"index":0,"delta":{"content":"a"},"logprobs":{"content":[1]}})"));
    CHECK_FALSE(again(R"({"index":0,"delta":{"content":"a"},"finish_reason":"stop"})"));
    CHECK_FALSE(again(R"({"delta":{"content":"a"}})"));
    CHECK_FALSE(again(R"({"index":0,"delta":{"content":"a"}},{"index":1,"delta":{}})"));
    CHECK_FALSE(again(R"({"index":0,"delta":{"content":"a"}})", R"(,"x":{"content":"a"})"));
    // Names that are "content" otherwise spelled, beside one that is another member's.
    CHECK_FALSE(again(R"({"index":0,"delta":{"content" :"a"}})", R"(,"content":"a")"));
    CHECK_FALSE(again(R"({"index":0,"delta":{"\u0063ontent":"a"}})", R"(,"content":"a")"));
}

TEST_CASE("A stream adds up to the same however its chunks are spelled", "[providers][openai]") {
    const std::vector<std::string> texts{
        "The", " \\\"dog\\\"", "", "\\u00e9\\n", " is", " big", "."};
    const bool padded = GENERATE(false, true);
    std::string alike;
    std::string apart;  // no chunk is spelled like the one before
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string padding(i + 1, 'x');
        const std::string behind = padded ? R"(,"obfuscation":")" + padding + '"' : "";
        alike += "data: " + said(texts[i], behind) + "\n\n";
        apart += "data: " + said(texts[i], behind) + std::string(i, ' ') + "\n\n";
    }
    const std::string end =
        "data: " + chunk_with(R"({"index":0,"delta":{},"finish_reason":"stop"})") +
        "\n\ndata: [DONE]\n\n";

    const auto whole = chat_stream_to_whole(alike + end);

    REQUIRE(whole);
    CHECK(whole->find(R"("content":"The \"dog\")") != std::string::npos);
    CHECK(*whole == chat_stream_to_whole(apart + end).value());
}

}  // namespace
}  // namespace refrain::providers::openai
