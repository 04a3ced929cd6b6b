#include "providers/openai/embeddings_answer.hpp"

#include "base/text_code.hpp"
#include "providers/openai/embeddings_text.hpp"
#include "unit/providers/openai/answer_samples.hpp"

#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>

namespace refrain::providers::openai {
namespace {

std::string answer_with(const std::string& vector, const std::string& index = "0") {
    return R"({"object":"list","data":[{"object":"embedding","index":)" + index +
           R"(,"embedding":)" + vector +
           R"(}],"model":"text-embedding-3-small","usage":{"prompt_tokens":8,"total_tokens":8}})";
}

std::string reason(const std::string& body) {
    return judge_embeddings(plan_for(), json_of(body, "json;float")).reason;
}

std::string render(const std::string& body, std::string_view from, std::string_view to) {
    const auto rendered = render_embeddings(json_of(body, from), to);
    REQUIRE(rendered);
    return rendered->body;
}

std::string bytes_of(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    std::string bytes;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        bytes += static_cast<char>((bits >> shift) & 0xFFU);
    }
    return bytes;
}

}  // namespace

TEST_CASE("Embeddings: vectors of numbers and of base64 are the same float32",
          "[providers][embeddings]") {
    const auto floats = answer_with("[1,-0.5,0.25,-2e-7]");
    const auto base64 = answer_with(
        '"' + base64_encode(bytes_of(1) + bytes_of(-0.5F) + bytes_of(0.25F) + bytes_of(-2e-7F)) +
        '"');

    CHECK(render(floats, "json;float", "json;base64") == base64);
    CHECK(render(base64, "json;base64", "json;float") == floats);
    CHECK(render(floats, "json;float", "json;float") == floats);
    CHECK(reason(floats).empty());
    CHECK(reason(base64).empty());
}

TEST_CASE("Embeddings: only the vectors change, all other bytes stay", "[providers][embeddings]") {
    const std::string floats =
        "{\n  \"data\" : [\n {\"embedding\" :\n [\n 1.0 ,\t-0.0\n ] ,"
        "\"index\": 1}, {\"embedding\":[2.50],\"index\":0}],"
        "\"object\":\"embedding\",\"x\":1.0}\n";

    CHECK(render(floats, "json;float", "json;base64") ==
          "{\n  \"data\" : [\n {\"embedding\" :\n \"AACAPwAAAIA=\" ,\"index\": 1}, "
          "{\"embedding\":\"AAAgQA==\",\"index\":0}],\"object\":\"embedding\",\"x\":1.0}\n");
    CHECK(reason(floats).empty());
}

TEST_CASE("Embeddings: a vector already in the wanted form stays as written",
          "[providers][embeddings]") {
    const auto floats = answer_with("[ 0.10000000149011612 ]");

    CHECK(render(floats, "json;base64", "json;float") == floats);
}

TEST_CASE("Embeddings: every float32 survives being printed and read", "[providers][embeddings]") {
    std::mt19937 random(7);
    std::string bytes = bytes_of(3.4028235e38F) + bytes_of(1e-45F) + bytes_of(-0.0F) +
                        bytes_of(1.17549435e-38F) + bytes_of(16777216.0F) + bytes_of(1e-6F) +
                        bytes_of(9.999999e-7F) + bytes_of(1e21F);
    while (bytes.size() < 400'000) {
        const float value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
        if (std::isfinite(value)) {
            bytes += bytes_of(value);
        }
    }

    const auto array = float_array(bytes);

    CHECK(nlohmann::json::accept(array));
    const auto read = float_bytes(array);
    REQUIRE(read);
    CHECK(*read == bytes);
}

TEST_CASE("Embeddings: numbers are printed shortest, laid out as JavaScript does",
          "[providers][embeddings]") {
    const auto text = [](float value) { return float_array(bytes_of(value)); };

    CHECK(text(0.1F) == "[0.1]");
    CHECK(text(-0.012345678F) == "[-0.012345678]");
    CHECK(text(1) == "[1]");
    CHECK(text(0) == "[0]");
    CHECK(text(0.000001F) == "[0.000001]");
    CHECK(text(1.5e-7F) == "[1.5e-7]");
    CHECK(text(1e21F) == "[1e+21]");
    CHECK(text(1e-45F) == "[1e-45]");
}

TEST_CASE("Embeddings: numbers too small for float32 become zero, too large ones are refused",
          "[providers][embeddings][hostile]") {
    CHECK(float_bytes("[1e-60]") == bytes_of(0));
    CHECK(float_bytes("[1e-400]") == bytes_of(0));
    CHECK(float_bytes("[1e39]") == std::nullopt);
    CHECK(float_bytes("[1e400]") == std::nullopt);
    CHECK(float_bytes("[-1e400]") == std::nullopt);
}

TEST_CASE("Embeddings: vectors that are none are refused", "[providers][embeddings][hostile]") {
    const auto vector = GENERATE(as<std::string>{},
                                 "[]",
                                 "[ ]",
                                 "[1,]",
                                 "[,1]",
                                 "[1 2]",
                                 "[NaN]",
                                 "[Infinity]",
                                 "[inf]",
                                 "[nan]",
                                 "[null]",
                                 "[\"1\"]",
                                 "[[1]]",
                                 "[1,[2]]",
                                 "[01]",
                                 "[+1]",
                                 "[.5]",
                                 "[1.]",
                                 "[1e]",
                                 "[-]",
                                 "[0x1]",
                                 "[1e99999]",
                                 "\"\"",
                                 "\"AAA=\"",
                                 "\"AAAAAA==x\"",
                                 "\"AACAPw\"",
                                 "\"AACAf w==\"",
                                 "\"AADAfw==\"",
                                 "\"AACA/w==\"",
                                 "\"\\\"",
                                 "\"\\u0041ACAPw==\\\"",
                                 "null",
                                 "7",
                                 "{}",
                                 "true",
                                 "[1",
                                 "\"AACAPw==");
    CAPTURE(vector);

    CHECK_FALSE(reason(answer_with(vector)).empty());
}

TEST_CASE("Embeddings: base64 with escaped slashes is base64", "[providers][embeddings]") {
    const auto escaped = answer_with(R"("\/\/8AAA==")");  // ff ff 00 00

    CHECK(reason(escaped).empty());
    CHECK(render(escaped, "json;base64", "json;float") ==
          answer_with(float_array(std::string("\xFF\xFF\0\0", 4))));
}

TEST_CASE("Embeddings: every index from zero on must be there once",
          "[providers][embeddings][hostile]") {
    const auto item = [](const std::string& index) {
        return R"({"index":)" + index + R"(,"embedding":[1]})";
    };
    const auto two = [&](const std::string& a, const std::string& b) {
        return reason(R"({"data":[)" + item(a) + "," + item(b) + "]}");
    };

    CHECK(two("0", "1").empty());
    CHECK(two("1", "0").empty());
    CHECK(two("0", "0") == "malformed");
    CHECK(two("0", "2") == "malformed");
    CHECK(two("0", "-1") == "malformed");
    CHECK(two("0", "18446744073709551615") == "malformed");
    CHECK(two("0", "1.5") == "malformed");
    CHECK(two("0", "null") == "malformed");
    CHECK(reason(answer_with("[1]", "\"0\"")) == "malformed");
}

TEST_CASE("Embeddings: answers are refused by their fault", "[providers][embeddings][hostile]") {
    CHECK(reason("") == "invalid-json");
    CHECK(reason("{}") == "malformed");
    CHECK(reason(R"({"data":[]})") == "missing-choices");
    CHECK(reason(R"({"data":{}})") == "malformed");
    CHECK(reason(R"({"data":[{"index":0}]})") == "malformed");
    CHECK(reason(R"({"data":[7]})") == "malformed");
    CHECK(reason(R"({"data":[{"index":0,"embedding":null}]})") == "malformed");
    CHECK(reason(R"({"data":[{"index":0,"embeddin\u0067":0}]})") == "malformed");
    CHECK(reason(R"({"embedding":[1],"data":[{"index":0,"x":[1]}]})") == "malformed");
    CHECK(reason(R"({"error":{"message":"no"}})") == "error-object");
    CHECK(reason(answer_with("[1]") + "x") == "invalid-json");
    CHECK(judge_embeddings(plan_for(), {429, "application/json", "{}", "json;float"}).reason ==
          "status-429");
}

TEST_CASE("Embeddings: an answer cut at any byte is refused", "[providers][embeddings][hostile]") {
    const auto body = GENERATE(as<std::string>{}, "[0.1,-2e-3]", "\"AACAPw==\"");
    const auto answer = answer_with(body);

    for (std::size_t size = 0; size < answer.size(); ++size) {
        CAPTURE(size);
        REQUIRE_FALSE(reason(answer.substr(0, size)).empty());
    }
}

TEST_CASE("Embeddings: usage is read without parsing the vectors", "[providers][embeddings]") {
    CHECK(embeddings_usage(json_of(answer_with("[1]"), "json;float")).input_tokens == 8);
    CHECK(embeddings_usage(json_of("garbage", "json;float")) == Usage{});
}

TEST_CASE("Embeddings: only the two encodings become each other", "[providers][embeddings]") {
    CHECK(can_render_embeddings("json;float", "json;base64"));
    CHECK(can_render_embeddings("json;base64", "json;float"));
    CHECK(can_render_embeddings("json;int8", "json;int8"));
    CHECK_FALSE(can_render_embeddings("json;int8", "json;float"));
    CHECK_FALSE(render_embeddings(json_of(answer_with("[1]"), "json;float"), "json;int8"));
    CHECK_FALSE(render_embeddings(json_of(answer_with("[x]"), "json;float"), "json;base64"));
    CHECK_FALSE(render_embeddings(json_of(answer_with("null"), "json;float"), "json;base64"));
}

}  // namespace refrain::providers::openai
