#include "providers/openai/catalog_answer.hpp"

#include "unit/providers/openai/answer_samples.hpp"

#include <catch2/catch.hpp>

namespace refrain::providers::openai {

TEST_CASE("Catalog: a list of models is kept, anything else is not", "[providers][catalog]") {
    const auto reason = [](std::string_view body) {
        return judge_catalog(plan_for(), json_of(body)).reason;
    };

    CHECK(reason(R"({"object":"list","data":[{"id":"gpt-5.1","object":"model"}]})").empty());
    CHECK(reason(R"({"object":"list","data":[]})").empty());
    CHECK(reason(R"({"object":"list"})") == "malformed");
    CHECK(reason(R"({"data":{}})") == "malformed");
    CHECK(reason("<html>") == "invalid-json");
    CHECK(reason(R"({"error":{"code":"invalid_api_key"}})") == "error-object");
    CHECK(judge_catalog(plan_for(), {401, "application/json", "{}", "json"}).reason ==
          "status-401");
}

}  // namespace refrain::providers::openai
