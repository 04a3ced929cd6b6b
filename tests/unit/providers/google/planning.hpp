// Plans of Google requests, for tests.
#pragma once

#include "providers/google/endpoints.hpp"
#include "providers/json.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

namespace refrain::providers::google {

inline const std::string kGeneratePath = "/v1beta/models/gemini-2.5-flash:generateContent";
inline const std::string kStreamPath = "/v1beta/models/gemini-2.5-flash:streamGenerateContent";
inline const std::string kCountPath = "/v1beta/models/gemini-2.5-flash:countTokens";
inline const std::string kEmbedPath = "/v1beta/models/gemini-embedding-001:embedContent";
inline const std::string kBatchPath = "/v1beta/models/gemini-embedding-001:batchEmbedContents";
inline const std::string kPredictPath = "/v1beta/models/imagen-4.0-generate-001:predict";
inline const std::string kSpeakPath = "/v1/text:synthesize";
inline const std::string kHearPath = "/v1/speech:recognize";
inline const std::string kHearV2Path = "/v2/projects/p/locations/global/recognizers/_:recognize";

inline Plan plan_of(std::string_view path_and_query,
                    std::string_view body,
                    const KeyOptions& options = {}) {
    CAPTURE(path_and_query, body);
    Request request;
    request.method = "POST";
    const auto mark = path_and_query.find('?');
    request.path = path_and_query.substr(0, mark);
    if (mark != path_and_query.npos) request.query = path_and_query.substr(mark + 1);
    request.content_type = "application/json";
    request.body = body;
    const Endpoint* found = endpoint("POST", request.path);
    REQUIRE(found != nullptr);
    return found->plan(request, options);
}

// The canonical form; the request must be memoized.
inline std::string canonical_of(std::string_view path, std::string_view body) {
    const Plan plan = plan_of(path, body);
    CAPTURE(path, body);
    REQUIRE(plan.bypass.empty());
    return plan.canonical;
}

}  // namespace refrain::providers::google
