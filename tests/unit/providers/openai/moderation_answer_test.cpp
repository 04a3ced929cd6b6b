#include "providers/openai/moderation_answer.hpp"

#include "unit/providers/openai/answer_samples.hpp"

#include <catch2/catch.hpp>

namespace refrain::providers::openai {
namespace {

std::string reason(std::string_view body) {
    return judge_moderation(plan_for(), json_of(body)).reason;
}

}  // namespace

TEST_CASE("Moderation: an answer with results is kept", "[providers][moderation]") {
    CHECK(reason(R"({"id":"modr-1","model":"omni-moderation-latest","results":[{"flagged":false,)"
                 R"("categories":{"hate":false},"category_scores":{"hate":1.1e-5}}]})")
              .empty());
}

TEST_CASE("Moderation: answers are refused by their fault", "[providers][moderation][hostile]") {
    CHECK(reason("") == "invalid-json");
    CHECK(reason("{}") == "malformed");
    CHECK(reason(R"({"results":{}})") == "malformed");
    CHECK(reason(R"({"results":[]})") == "missing-choices");
    CHECK(reason(R"({"results":[7]})") == "malformed");
    CHECK(reason(R"({"results":[{"flagged":"no"}]})") == "malformed");
    CHECK(reason(R"({"error":{"message":"x"}})") == "error-object");
    CHECK(judge_moderation(plan_for(), {503, "application/json", "{}", "json"}).reason ==
          "status-503");
}

}  // namespace refrain::providers::openai
