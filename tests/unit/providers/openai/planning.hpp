// One word for "the plan of this body" in the tests of plans.
#pragma once

#include "providers/registry.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

namespace refrain::providers::openai {

inline constexpr std::string_view kChatPath = "/v1/chat/completions";
inline constexpr std::string_view kResponsesPath = "/v1/responses";
inline constexpr std::string_view kCompletionsPath = "/v1/completions";
inline constexpr std::string_view kEmbeddingsPath = "/v1/embeddings";
inline constexpr std::string_view kModerationPath = "/v1/moderations";
inline constexpr std::string_view kImagesPath = "/v1/images/generations";

inline Plan plan_of(std::string_view path,
                    std::string_view body,
                    Normalize normalize = Normalize::standard) {
    const Endpoint* endpoint = openai_endpoint("POST", path);
    REQUIRE(endpoint != nullptr);
    Request request;
    request.method = "POST";
    request.path = path;
    request.content_type = "application/json";
    request.body = body;
    return endpoint->plan(request, {normalize});
}

// The canonical form of a body that is memoized.
inline std::string canonical_of(std::string_view path, std::string_view body) {
    const Plan plan = plan_of(path, body);
    CAPTURE(body);
    REQUIRE(plan.bypass == "");
    REQUIRE_FALSE(plan.canonical.empty());
    return plan.canonical;
}

}  // namespace refrain::providers::openai
