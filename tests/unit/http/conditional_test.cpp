#include "http/conditional.hpp"

#include "http/digest_field.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace refrain;
using namespace refrain::http;

namespace {

constexpr std::string_view kBefore = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr std::string_view kThen = "Sun, 06 Nov 1994 08:49:37 GMT";
const Validators kValidators{"\"abc\"", WallTime{784'111'777'250}};

using List = std::vector<std::pair<std::string_view, std::string_view>>;

Fields fields_of(const List& list) {
    Fields fields;
    for (const auto& [name, value] : list)
        fields.add(name, value);
    return fields;
}

Condition condition(const List& list) {
    return evaluate(fields_of(list), kValidators);
}

}  // namespace

TEST_CASE("If-None-Match compares weakly and wins over dates", "[http][conditional]") {
    CHECK(condition({}) == Condition::met);
    for (const std::string_view list :
         {"\"abc\"", "W/\"abc\"", "*", "\"x\", \"abc\"", "\"x\",W/\"abc\"", "\"a,b\" , \"abc\""}) {
        CAPTURE(list);
        CHECK(condition({{"If-None-Match", list}}) == Condition::not_modified);
    }
    for (const std::string_view list : {"\"abd\"", "abc", "\"abc", "", "\"ABC\"", "\"x\"\"y\""}) {
        CAPTURE(list);
        CHECK(condition({{"If-None-Match", list}}) == Condition::met);
    }
    CHECK(condition({{"if-none-match", "\"x\""}, {"If-None-Match", "\"abc\""}}) ==
          Condition::not_modified);
    CHECK(condition({{"If-None-Match", "\"x\""}, {"If-Modified-Since", kThen}}) == Condition::met);
}

TEST_CASE("If-Modified-Since compares whole seconds", "[http][conditional]") {
    CHECK(condition({{"If-Modified-Since", kThen}}) == Condition::not_modified);
    CHECK(condition({{"If-Modified-Since", kBefore}}) == Condition::met);
    CHECK(condition({{"If-Modified-Since", "yesterday"}}) == Condition::met);
}

TEST_CASE("If-Match compares strongly", "[http][conditional]") {
    CHECK(condition({{"If-Match", "\"abc\""}}) == Condition::met);
    CHECK(condition({{"If-Match", "*"}}) == Condition::met);
    CHECK(condition({{"If-Match", "W/\"abc\""}}) == Condition::failed);
    CHECK(condition({{"If-Match", "\"x\""}}) == Condition::failed);
    CHECK(condition({{"If-Unmodified-Since", kThen}}) == Condition::met);
    CHECK(condition({{"If-Unmodified-Since", kBefore}}) == Condition::failed);
}

TEST_CASE("A range counts only for the file it was made for", "[http][conditional]") {
    const auto counts = [](const List& list) { return range_counts(fields_of(list), kValidators); };
    CHECK(counts({}));
    CHECK(counts({{"If-Range", "\"abc\""}}));
    CHECK(counts({{"If-Range", kThen}}));
    CHECK_FALSE(counts({{"If-Range", "\"x\""}}));
    CHECK_FALSE(counts({{"If-Range", "W/\"abc\""}}));
    CHECK_FALSE(counts({{"If-Range", kBefore}}));
    CHECK_FALSE(counts({{"If-Range", ""}}));
}

TEST_CASE("A digest is written as RFC 9530 has it", "[http][digest]") {
    CHECK(digest_field(sha256("{\"hello\": \"world\"}")) ==
          "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
}
