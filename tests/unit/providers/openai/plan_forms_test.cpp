// Which form a caller wants, which the upstream is asked for, and with which bytes.
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/endpoints.hpp"
#include "unit/providers/openai/planning.hpp"

namespace refrain::providers::openai {

TEST_CASE("A chat stream without usage is asked for with usage, in the caller's own bytes",
          "[providers][plan][forms]") {
    const auto [path, body, upstream] = GENERATE(table<std::string_view, std::string, std::string>({
        {kChatPath,
         R"({ "model":"m", "stream": true, "temperature": 1.50 })",
         R"({ "model":"m", "stream": true, "temperature": 1.50,)"
         R"("stream_options":{"include_usage":true} })"},
        {kChatPath,
         R"({"model":"m","stream":true,"stream_options":null})",
         R"({"model":"m","stream":true,"stream_options":{"include_usage":true}})"},
        {kChatPath,
         R"({"model":"m","stream_options":{"include_obfuscation": false},"stream":true})",
         R"({"model":"m","stream_options":{"include_obfuscation": false,"include_usage":true},)"
         R"("stream":true})"},
        {kChatPath,
         R"({"model":"m","stream":true,"stream_options":{"include_usage" : false}})",
         R"({"model":"m","stream":true,"stream_options":{"include_usage" : true}})"},
        {kChatPath,
         R"({"model":"m","stream":true,"stream_\u006fptions":{"include_usage":null}})",
         R"({"model":"m","stream":true,"stream_\u006fptions":{"include_usage":true}})"},
        {kCompletionsPath,
         R"({"model":"m","prompt":"\u00e9","stream":true})",
         R"({"model":"m","prompt":"\u00e9","stream":true,)"
         R"("stream_options":{"include_usage":true}})"},
    }));
    const Plan plan = plan_of(path, body);
    CHECK(plan.bypass == "");
    CHECK(plan.wanted_form == kSse);
    CHECK(plan.upstream_form == kSseUsage);
    CHECK(plan.upstream_body == upstream);
}

TEST_CASE("Other requests go upstream as they came", "[providers][plan][forms]") {
    const auto [path, body, form] = GENERATE(table<std::string_view, std::string, std::string>({
        {kChatPath, R"({"model":"m"})", "json"},
        {kChatPath, R"({"model":"m","stream":null})", "json"},
        {kChatPath, R"({"model":"m","stream_options":{"include_usage":true}})", "json"},
        {kChatPath,
         R"({"model":"m","stream":true,"stream_options":{"include_usage":true}})",
         "sse+usage"},
        {kCompletionsPath, R"({"model":"m","stream":false})", "json"},
        {kEmbeddingsPath, R"({"model":"m","input":"x"})", "json;float"},
        {kEmbeddingsPath, R"({"model":"m","input":"x","encoding_format":"base64"})", "json;base64"},
        {kModerationPath, R"({"input":"x"})", "json"},
        {kImagesPath, R"({"model":"gpt-image-1","prompt":"x"})", "json"},
        {kImagesPath, R"({"model":"gpt-image-1","prompt":"x","stream":true})", "sse"},
        {kImagesPath, R"({"model":"gpt-image-1","stream":true,"partial_images":2})", "sse+partial"},
    }));
    CAPTURE(body);
    const Plan plan = plan_of(path, body);
    CHECK(plan.wanted_form == form);
    CHECK(plan.upstream_form == form);
    CHECK_FALSE(plan.upstream_body.has_value());
}

TEST_CASE("A response's form carries what it will repeat of this caller",
          "[providers][plan][forms]") {
    const auto [body, shape, echo] = GENERATE(table<std::string, std::string_view, std::string>({
        {R"({"model":"m","input":"x"})", kJson, "{}"},
        {R"({"model":"m","input":"x","stream":true,"service_tier":"flex"})", kSse, "{}"},
        {R"({"model":"m","input":"x","user":null,"metadata":{}})", kJson, "{}"},
        {R"({"model":"m","input":"x","user":"ann","metadata":{"b":"2","a":"1"}})",
         kJson,
         R"({"metadata":{"a":"1","b":"2"},"user":"ann"})"},
        {R"({"model":"m","input":"x","stream":true,"safety_identifier":"s",
                "prompt_cache_key":"k","prompt_cache_retention":"24h"})",
         kSse,
         R"({"prompt_cache_key":"k","prompt_cache_retention":"24h","safety_identifier":"s"})"},
    }));
    const Plan plan = plan_of(kResponsesPath, body);
    CHECK(plan.bypass == "");
    CHECK(plan.wanted_form == echo_form(shape, echo));
    CHECK(plan.upstream_form == plan.wanted_form);
    CHECK(responses().recorded_form(plan, "application/json") == echo_form(kJson, echo));
    CHECK(responses().recorded_form(plan, "text/event-stream; charset=utf-8") ==
          echo_form(kSse, echo));
}

TEST_CASE("The recorded form follows the content type, not the wish", "[providers][plan][forms]") {
    const Plan stream = plan_of(kChatPath, R"({"model":"m","stream":true})");
    CHECK(chat().recorded_form(stream, "text/event-stream") == kSseUsage);
    CHECK(chat().recorded_form(stream, "application/json") == kJson);
    const Plan whole = plan_of(kChatPath, R"({"model":"m"})");
    CHECK(chat().recorded_form(whole, "application/json; charset=utf-8") == kJson);
    CHECK(chat().recorded_form(whole, "text/event-stream") == kSse);
    const Plan vectors =
        plan_of(kEmbeddingsPath, R"({"model":"m","input":"x","encoding_format":"base64"})");
    CHECK(embeddings().recorded_form(vectors, "application/json") == kJsonBase64);
}

TEST_CASE("What the validator must count is read from the request", "[providers][plan]") {
    const auto [path, body, choices] = GENERATE(table<std::string_view, std::string, int>({
        {kChatPath, R"({"model":"m"})", 1},
        {kChatPath, R"({"model":"m","n":3.0})", 3},
        {kCompletionsPath, R"({"model":"m","prompt":"x","n":2})", 2},
        {kCompletionsPath, R"({"model":"m","prompt":["x","y","z"],"n":2})", 6},
        {kCompletionsPath, R"({"model":"m","prompt":[1,2,3]})", 1},
        {kCompletionsPath, R"({"model":"m","prompt":[[1,2],[3]]})", 2},
        {kEmbeddingsPath, R"({"model":"m","input":["x","y"]})", 2},
        {kEmbeddingsPath, R"({"model":"m","input":[1,2,3]})", 1},
        {kModerationPath, R"({"input":["x","y"]})", 2},
        {kModerationPath,
         R"({"input":[{"type":"text","text":"x"},{"type":"text","text":"y"}]})",
         1},
        {kImagesPath, R"({"model":"gpt-image-1","prompt":"x","n":4})", 4},
    }));
    CAPTURE(body);
    CHECK(plan_of(path, body).choices == choices);
}

TEST_CASE("A response that the provider stores stays with its credential, for 30 days at most",
          "[providers][plan]") {
    const Plan stored = plan_of(kResponsesPath, R"({"model":"m","input":"x"})");
    CHECK(stored.credential_scope_only);
    CHECK(stored.max_ttl == std::chrono::hours(24 * 30));

    const Plan free = plan_of(kResponsesPath, R"({"model":"m","input":"x","store":false})");
    CHECK_FALSE(free.credential_scope_only);
    CHECK_FALSE(free.max_ttl.has_value());

    const Plan chained = plan_of(
        kResponsesPath, R"({"model":"m","input":"x","store":false,"previous_response_id":"r"})");
    CHECK(chained.credential_scope_only);

    const Plan with_item =
        plan_of(kResponsesPath,
                R"({"model":"m","store":false,"input":[{"type":"reasoning","id":"rs_1"}]})");
    CHECK(with_item.credential_scope_only);
}

TEST_CASE("The catalog belongs to a credential", "[providers][plan]") {
    Request request;
    request.method = "GET";
    request.path = "/v1/models";
    const Endpoint* endpoint = openai_endpoint("GET", "/v1/models");
    REQUIRE(endpoint != nullptr);
    const Plan plan = endpoint->plan(request, {});
    CHECK(plan.bypass == "");
    CHECK(plan.canonical == R"({"path":"/v1/models"})");
    CHECK(plan.credential_scope_only);
    CHECK(plan.wanted_form == kJson);
    request.query = "after=x";
    CHECK(endpoint->plan(request, {}).canonical != plan.canonical);
}

TEST_CASE("Each memoized path has its endpoint, exactly", "[providers][registry]") {
    const auto [method, path, operation] =
        GENERATE(table<std::string_view, std::string_view, Operation>({
            {"POST", kChatPath, Operation::chat},
            {"POST", kResponsesPath, Operation::responses},
            {"POST", kCompletionsPath, Operation::completions},
            {"POST", kEmbeddingsPath, Operation::embeddings},
            {"POST", kModerationPath, Operation::moderation},
            {"POST", kImagesPath, Operation::images},
            {"GET", "/v1/models", Operation::catalog},
        }));
    const Endpoint* endpoint = openai_endpoint(method, path);
    REQUIRE(endpoint != nullptr);
    CHECK(endpoint->operation() == operation);
    CHECK(openai_endpoint(method == "GET" ? "POST" : "GET", path) == nullptr);
    CHECK(openai_endpoint(method, std::string(path) + "/") == nullptr);
    CHECK(openai_endpoint(method, "/" + std::string(path)) == nullptr);
}

TEST_CASE("Calls that keep state have no endpoint", "[providers][registry]") {
    const std::string_view path = GENERATE(as<std::string_view>{},
                                           "/v1/files",
                                           "/v1/batches",
                                           "/v1/responses/resp_1",
                                           "/v1/chat/completions/chatcmpl_1",
                                           "/v1/images/edits",
                                           "/v1/models/gpt-4o",
                                           "/v1",
                                           "");
    CHECK(openai_endpoint("POST", path) == nullptr);
    CHECK(openai_endpoint("GET", path) == nullptr);
}

}  // namespace refrain::providers::openai
