#include "providers/json.hpp"

#include "base/digest.hpp"
#include "unit/providers/jcs_numbers.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

using namespace std::string_view_literals;

namespace refrain::providers {
namespace {

std::string canonical(std::string_view text) {
    const auto value = parse_json(text);
    REQUIRE(value);
    return canonical_json(*value);
}

std::string problem(std::string_view text) {
    const auto value = parse_json(text);
    return value ? "" : value.error().message;
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

// The doubles of RFC 8785's number test, in order.
class JcsSequence {
  public:
    double next() {
        constexpr std::size_t kSerial = 2000;
        const std::size_t index = index_++;
        if (index < kJcsNumbers.size()) return std::bit_cast<double>(kJcsNumbers[index]);
        if (index < kJcsNumbers.size() + kSerial) {
            return std::bit_cast<double>(0x0010000000000000 + index - kJcsNumbers.size());
        }
        double value = 0;
        while (value == 0 || !std::isfinite(value)) {
            if (used_ == block_.bytes.size()) {
                block_ = sha256(block_.view());
                used_ = 0;
            }
            std::memcpy(&value, block_.bytes.data() + used_, sizeof value);
            used_ += sizeof value;
        }
        return value;
    }

  private:
    std::size_t index_ = 0;
    Digest block_;
    std::size_t used_ = block_.bytes.size();
};

std::string digest_of_jcs_lines(int lines) {
    JcsSequence sequence;
    Sha256 digest;
    std::array<char, 20> hex{};
    for (int i = 0; i < lines; ++i) {
        const double value = sequence.next();
        std::snprintf(hex.data(), hex.size(), "%lx", std::bit_cast<std::uint64_t>(value));
        digest.update(std::string(hex.data()) + "," + canonical_json(value) + "\n");
    }
    return digest.finish().hex();
}

bool holds_a_token(const Json& value) {
    if (!value.is_structured()) return value.is_binary();
    return std::any_of(value.begin(), value.end(), holds_a_token);
}

}  // namespace

TEST_CASE("The canonical form is RFC 8785's for its own examples", "[providers][json]") {
    const auto [input, output] = GENERATE(table<std::string, std::string>({
        {R"([56,{"d":true,"10":null,"1":[ ]}])", R"([56,{"1":[],"10":null,"d":true}])"},
        {R"({"peach":"This sorting order","péché":"is wrong","pêche":"but MUST","sin":"ignore"})",
         R"({"peach":"This sorting order","péché":"is wrong","pêche":"but MUST","sin":"ignore"})"},
        {R"({"1":{"f":{"f":"hi","F":5},"\n":56.0},"10":{ },"":"empty","a":{ },"111":[{"e":"yes",
             "E":"no"}],"A":{ }})",
         R"({"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],)"
         R"("A":{},"a":{}})"},
        {R"({"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
             "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]})",
         R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],)"
         R"("string":"€$\u000f\nA'B\"\\\\\"/"})"},
    }));
    CHECK(canonical(input) == output);
}

TEST_CASE("Names sort by UTF-16 units: a surrogate pair comes before U+FB33", "[providers][json]") {
    CHECK(canonical("{\"\\ufb33\":1,\"\\ud83d\\ude02\":2,\"\\u20ac\":3,\"\\r\":4,\"\\u0080\":5,"
                    "\"1\":6,\"\\ue000\":7,\"\\uffff\":8,\"\\ud800\\udc00\":9}") ==
          "{\"\\r\":4,\"1\":6,\"\xC2\x80\":5,\"€\":3,\"\xF0\x90\x80\x80\":9,\"😂\":2,"
          "\"\xEE\x80\x80\":7,\"\xEF\xAC\xB3\":1,\"\xEF\xBF\xBF\":8}");
    CHECK(canonical(R"({"ab":1,"a":2,"":3})") == R"({"":3,"a":2,"ab":1})");
}

TEST_CASE("Text is not normalized by the canonical form", "[providers][json]") {
    CHECK(canonical("{\"t\":\"A\\u030a\"}") == "{\"t\":\"A\xCC\x8A\"}");
    CHECK(canonical("\"\\u007f\\u2028\\/\"") == "\"\x7F\xE2\x80\xA8/\"");
}

TEST_CASE("Numbers are written as ECMAScript does: 100,000 official vectors", "[providers][json]") {
    CHECK(digest_of_jcs_lines(1000) ==
          "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687");
    CHECK(digest_of_jcs_lines(100'000) ==
          "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7");
}

TEST_CASE("Numbers are written as ECMAScript does: a million official vectors",
          "[providers][json][.slow]") {
    CHECK(digest_of_jcs_lines(1'000'000) ==
          "49415fee2c56c77864931bd3624faad425c3c577d6d74e89a83bc725506dad16");
}

TEST_CASE("Spellings of one number share a canonical form", "[providers][json]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"1", "1"},
        {"1.0", "1"},
        {"1e0", "1"},
        {"1.00", "1"},
        {"10e-1", "1"},
        {"0", "0"},
        {"0.0", "0"},
        {"-5", "-5"},
        {"1e21", "1e+21"},
        {"1e20", "100000000000000000000"},
        {"1E-7", "1e-7"},
        {"0.000001", "0.000001"},
        {"9007199254740992", "9007199254740992"},
        {"-9007199254740992", "-9007199254740992"},
        {"1.7976931348623157e308", "1.7976931348623157e+308"},
        {"2.2250738585072014e-308", "2.2250738585072014e-308"},
    }));
    CAPTURE(text);
    CHECK(canonical(text) == expected);
}

TEST_CASE("A number that no double holds keeps its token", "[providers][json]") {
    const std::string token = GENERATE(as<std::string>{},
                                       "9007199254740993",
                                       "-9007199254740993",
                                       "18446744073709551615",
                                       "18446744073709551616",
                                       "123456789012345678901234567890",
                                       "1.000000000000000005",
                                       "0.1000000000000000055511151231257827",
                                       "-0",
                                       "-0.0",
                                       "-0e3",
                                       "1e-400",
                                       "1e400",
                                       "-1e400",
                                       "4e-324");
    CAPTURE(token);
    CHECK(canonical(token) == token);
    CHECK(parse_json(token)->is_binary());
    CHECK(number_value(*parse_json("18446744073709551616")) == 18446744073709551616.0);
}

TEST_CASE("Values have the types their readers expect", "[providers][json]") {
    const auto value = parse_json(R"({"i":3,"n":-3,"f":0.5,"s":"x","b":true,"z":null,"a":[1,2]})");
    REQUIRE(value);
    CHECK((*value)["i"].get<int>() == 3);
    CHECK((*value)["n"].get<int>() == -3);
    CHECK(number_value((*value)["f"]) == 0.5);
    CHECK_FALSE(number_value((*value)["s"]).has_value());
    CHECK((*value)["z"].is_null());
    CHECK((*value)["a"].size() == 2);
    CHECK(ordered_json_text(*value) ==
          R"({"i":3,"n":-3,"f":0.5,"s":"x","b":true,"z":null,"a":[1,2]})");
}

TEST_CASE("Schemas keep the order of names and the spelling of numbers", "[providers][json]") {
    constexpr auto kSchema = R"({"b":1.0,"a":1e3,"c":{"z":0.50,"y":[2,10e-1]}})";
    const auto value = parse_json_as_written(kSchema);
    REQUIRE(value);
    CHECK(ordered_json_text(*value) == kSchema);
    CHECK(canonical_json(*value) == R"({"a":1000,"b":1,"c":{"y":[2,1],"z":0.5}})");
    CHECK(number_value((*value)["a"]) == 1000.0);
    CHECK(canonical_json(Json::object({{"s", json_written_as(kSchema)}})) ==
          R"({"s":)" + std::string(kSchema) + "}");
}

TEST_CASE("Duplicate names are refused, however they are written", "[providers][json]") {
    CHECK(problem(R"({"a":1,"a":1})") == "duplicate-names");
    CHECK(problem(R"({"a":1,"\u0061":2})") == "duplicate-names");
    CHECK(problem(R"([{"x":{"store":false,"st\u006fre":true}}])") == "duplicate-names");
    CHECK(problem(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})").empty());
    CHECK(problem("{\"\\ud83d\\ude02\":1,\"😂\":2}") == "duplicate-names");

    std::string many = "{";
    for (int i = 0; i < 100'000; ++i)
        many += "\"n" + std::to_string(i) + "\":1,";
    CHECK(problem(many + "\"last\":1}").empty());
    CHECK(problem(many + "\"n99999\":1}") == "duplicate-names");
}

TEST_CASE("Depth is bounded without recursion", "[providers][json]") {
    CHECK(problem(nested(kMaxJsonDepth)).empty());
    CHECK(problem(nested(kMaxJsonDepth + 1)) == "too-deep");
    CHECK(problem(std::string(100'000, '[')) == "too-deep");
    std::string objects;
    for (int i = 0; i < 100'000; ++i)
        objects += "{\"a\":";
    CHECK(problem(objects) == "too-deep");
}

TEST_CASE("Text that is not Unicode is named so", "[providers][json]") {
    const std::string text = GENERATE(as<std::string>{},
                                      "\"\\ud800\"",
                                      "\"\\udc00\"",
                                      "\"\\udc00\\ud800\"",
                                      "\"\\ud800x\"",
                                      "\"\\ud800\\ud800\"",
                                      "\"\xFF\"",
                                      "\"\xC0\x80\"",
                                      "\"\xED\xA0\x80\"",
                                      "\"\xF5\x80\x80\x80\"",
                                      "\"\xE2\x82\"",
                                      "{\"\xC3\":1}");
    CAPTURE(text);
    CHECK(problem(text) == "invalid-unicode");
}

TEST_CASE("What is not JSON is refused", "[providers][json]") {
    const std::string text = GENERATE(as<std::string>{},
                                      "",
                                      " ",
                                      "{",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "{a:1}",
                                      "{'a':1}",
                                      "[1] []",
                                      "// x\n1",
                                      "/* */1",
                                      "01",
                                      "+1",
                                      ".5",
                                      "1.",
                                      "1e",
                                      "0x10",
                                      "NaN",
                                      "Infinity",
                                      "-",
                                      "\"\t\"",
                                      "\"\\x\"",
                                      "\"\\u12\"",
                                      "\"unterminated",
                                      "tru",
                                      "\xEF\xBB\xBF{}",
                                      "\xFF\xFE{",
                                      "\v1");
    CAPTURE(text);
    CHECK_FALSE(problem(text).empty());
}

TEST_CASE("An independent parser reads every text the same", "[providers][json]") {
    // Small documents out of pieces that matter, many of them broken.
    constexpr std::array<std::string_view, 30> kPieces{"{",
                                                       "}",
                                                       "[",
                                                       "]",
                                                       ",",
                                                       ":",
                                                       "\"",
                                                       "\"a\"",
                                                       "\\u00e9",
                                                       "\\",
                                                       "\xC3\xA9",
                                                       "\xED\xA0\x80",
                                                       "\xF0\x9F\x98\x80",
                                                       "0",
                                                       "-",
                                                       "12",
                                                       ".5",
                                                       "e+3",
                                                       "E",
                                                       "true",
                                                       "null",
                                                       "fals",
                                                       " ",
                                                       "\t\r\n",
                                                       "\x01",
                                                       "\\ud83d\\ude00",
                                                       "\\udc00",
                                                       "\"b\":1",
                                                       "/",
                                                       "12345678"};
    std::uint64_t state = 1;
    int accepted = 0;
    for (int i = 0; i < 200'000; ++i) {
        std::string text = i % 2 == 0 ? "[" : "";
        do {
            state = state * 6364136223846793005U + 1442695040888963407U;
            text += kPieces[(state >> 33U) % kPieces.size()];
        } while ((state >> 60U) > 2);
        if (i % 2 == 0) text += "]";
        const auto mine = parse_json(text);
        const bool duplicate = !mine && mine.error().message == "duplicate-names";
        if (duplicate || (mine && holds_a_token(*mine))) continue;
        const Json other = Json::parse(text, nullptr, false);
        if (mine.has_value() == other.is_discarded()) FAIL("accepted by one parser: " << text);
        if (!mine) continue;
        ++accepted;
        if (*mine != other) FAIL("read differently: " << text);
    }
    CHECK(accepted > 1000);
}

TEST_CASE("Strings of every length and kind of byte are read whole", "[providers][json]") {
    for (std::size_t length = 0; length < 40; ++length) {
        for (const std::string_view piece :
             {"\\n", "\xC3\xA9", "\\\"", "\x7F", "\xF4\x8F\xBF\xBF"}) {
            const std::string text =
                "[\"" + std::string(length, 'x') + std::string(piece) + "tail\"]";
            CAPTURE(text);
            REQUIRE(parse_json(text) == Json::parse(text));
        }
        const std::string plain(length, 'x');
        CHECK(problem("\"" + plain + "\x1F\"") == "invalid-json");
        CHECK(problem("\"" + plain + "\xF4\x90\x80\x80\"") == "invalid-unicode");
        CHECK(problem("\"" + plain) == "invalid-json");
    }
}

TEST_CASE("A NUL never ends a document early", "[providers][json]") {
    CHECK(problem("{}\0"sv) == "invalid-json");
    CHECK(problem("{\"store\":false}\0{\"store\":true}"sv) == "invalid-json");
    CHECK(problem("\"a\0b\""sv) == "invalid-json");
    CHECK(problem("{\0\"\0a\0\"\0:\0\x31\0}\0"sv) == "invalid-json");
    CHECK(canonical(R"("a\u0000b")") == R"("a\u0000b")");
}

}  // namespace refrain::providers
