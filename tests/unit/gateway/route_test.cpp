#include "gateway/route.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace refrain::gateway {
namespace {

// The default upstreams, and one more named "local".
const Upstreams& upstreams() {
    static const Upstreams kAll = [] {
        config::Config config;
        config.upstreams["local"].base_url = "http://127.0.0.1:11434";
        config.upstreams["local"].models = {"llama*", "qwen*-mini"};
        config.upstreams["vertex"].base_url = "https://us-central1-aiplatform.googleapis.com";
        config.upstreams["vertex"].kind = config::UpstreamKind::gemini;
        return Upstreams::from(config).value();
    }();
    return kAll;
}

Result<Route> route_of(std::string_view method,
                       std::string_view target,
                       std::string_view credential_field = "authorization") {
    http::RequestHead head;
    head.method = method;
    head.target = target;
    head.fields.add(credential_field, "k");
    return find_route(head, upstreams());
}

TEST_CASE("The path, a mount or a credential chooses the upstream", "[gateway][route]") {
    const auto [target, upstream, path] = GENERATE(table<std::string, std::string, std::string>({
        {"/v1/chat/completions", "openai", "/v1/chat/completions"},
        {"/openai/v1/chat/completions", "openai", "/v1/chat/completions"},
        {"/up/local/v1/chat/completions?x=1", "local", "/v1/chat/completions"},
        {"/v1beta/models/gemini-2.5-flash:generateContent",
         "gemini",
         "/v1beta/models/gemini-2.5-flash:generateContent"},
        {"/v1/models/gemini-2.5-flash%3AgenerateContent",
         "gemini",
         "/v1/models/gemini-2.5-flash:generateContent"},
        {"/gemini/v1/models", "gemini", "/v1/models"},
        {"/v1/text:synthesize", "google_tts", "/v1/text:synthesize"},
        {"/v1/voices", "google_tts", "/v1/voices"},
        {"/v1/speech:recognize", "google_stt", "/v1/speech:recognize"},
        {"/v1/models?key=abc", "gemini", "/v1/models"},
    }));
    CAPTURE(target);
    const auto route = route_of("POST", target);
    REQUIRE(route);
    CHECK(route->upstream->name == upstream);
    CHECK(route->path == path);
    CHECK(route->target.find("/up/") == std::string::npos);
}

TEST_CASE("Google's paths find their server and are memoized", "[gateway][route]") {
    const auto [method, target, upstream] = GENERATE(table<std::string, std::string, std::string>({
        {"POST", "/v1/models/m:generateContent", "gemini"},
        {"POST", "/v1alpha/models/m%3AstreamGenerateContent?alt=sse", "gemini"},
        {"POST", "/v1beta/tunedModels/m:generateContent", "gemini"},
        {"POST", "/v1/tunedModels/m:generateContent", "gemini"},
        {"POST", "/v1beta/models/m:batchEmbedContents?key=k", "gemini"},
        {"POST", "/gemini/v1beta/models/m:countTokens", "gemini"},
        {"POST", "/v1beta1/text:synthesize", "google_tts"},
        {"GET", "/v1beta1/voices", "google_tts"},
        {"POST", "/google-tts/v1/text:synthesize", "google_tts"},
        {"POST", "/v1p1beta1/speech:recognize", "google_stt"},
        {"POST", "/v2/projects/p/locations/l/recognizers/_:recognize", "google_stt"},
        {"POST",
         "/v1/projects/p/locations/us-central1/publishers/google/models/m:generateContent",
         "vertex"},
        {"GET", "/v1/models?key=abc", "gemini"},
    }));
    CAPTURE(target);
    const auto route = route_of(method, target);
    REQUIRE(route);
    CHECK(route->upstream->name == upstream);
    CHECK(route->endpoint != nullptr);
    CHECK(route->dialect == providers::Dialect::google);
}

TEST_CASE("Only Gemini's streams that are no event streams are arrays", "[gateway][route]") {
    const auto [target, is_array] = GENERATE(table<std::string, bool>({
        {"/v1beta/models/m:streamGenerateContent", true},
        {"/v1beta/models/m:streamGenerateContent?key=k", true},
        {"/v1beta/models/m%3astreamGenerateContent?alt=json", true},
        {"/v1beta/models/m:streamGenerateContent?key=k&alt=sse", false},
        {"/v1beta/models/m:streamGenerateContent?%61lt=sse", false},
        {"/v1beta/models/m:generateContent", false},
    }));
    CAPTURE(target);
    const auto dialect = is_array ? providers::Dialect::google_array : providers::Dialect::google;
    CHECK(route_of("POST", target)->dialect == dialect);
    CHECK(dialect_of(target) == dialect);
}

TEST_CASE("Google's other paths pass through, in Google's dialect", "[gateway][route]") {
    const auto [target, upstream] = GENERATE(table<std::string, std::string>({
        {"/v1beta/cachedContents", "gemini"},
        {"/upload/v1beta/files", "gemini"},
        {"/v1beta/models/m:predictLongRunning", "gemini"},
        {"/v1/speech:longrunningrecognize", "google_stt"},
        {"/v1/projects/p/locations/l:synthesizeLongAudio", "google_tts"},
        {"/v2/projects/p/locations/l/recognizers/_:batchRecognize", "google_stt"},
    }));
    CAPTURE(target);
    const auto route = route_of("POST", target);
    REQUIRE(route);
    CHECK(route->upstream->name == upstream);
    CHECK(route->endpoint == nullptr);
    CHECK(route->dialect == providers::Dialect::google);
}

TEST_CASE("Colons in OpenAI's model names are no calls of Google's", "[gateway][route]") {
    CHECK(route_of("GET", "/v1/models/ft:gpt-4o:org::id")->upstream->name == "openai");
    CHECK(route_of("DELETE", "/v1/models/ft:gpt-4o:org::id")->upstream->name == "openai");
}

TEST_CASE("Vertex AI's regions are found by their host, and missed where there is none",
          "[gateway][route]") {
    const std::string path = "/publishers/google/models/m:generateContent";
    CHECK(route_of("POST", "/v1beta1/projects/p/locations/us-central1" + path)->upstream->name ==
          "vertex");
    CHECK(route_of("POST", "/v1/projects/p/locations/europe-west4" + path).error().code ==
          ErrorCode::not_found);
    CHECK(route_of("POST", "/v1beta1" + path).error().code == ErrorCode::not_found);
}

TEST_CASE("Google's endpoint for OpenAI's format is OpenAI's", "[gateway][route]") {
    const auto route = route_of("POST", "/v1beta/openai/chat/completions?x=1");
    REQUIRE(route);
    CHECK(route->upstream->name == "gemini");
    CHECK(route->dialect == providers::Dialect::openai);
    CHECK(route->endpoint == providers::openai_endpoint("POST", "/v1/chat/completions"));
    CHECK(route_of("POST", "/v1beta/openai/files")->endpoint == nullptr);
}

TEST_CASE("A Gemini model in OpenAI's format is asked at Google", "[gateway][route]") {
    const auto moved = [](std::string_view target, std::string_view model) {
        const auto route = route_of("POST", target);
        REQUIRE(route);
        return route_for_model(*route, upstreams(), model);
    };
    const auto gemini = moved("/v1/chat/completions?x=1", "gemini-2.5-flash");
    CHECK(gemini.upstream->name == "gemini");
    CHECK(gemini.target == "/v1beta/openai/chat/completions?x=1");
    CHECK(moved("/v1/embeddings", "models/gemini-embedding-001").upstream->name == "gemini");
    CHECK(moved("/v1/chat/completions", "gpt-4o").upstream->name == "openai");
    CHECK(moved("/v1/chat/completions", "llama-3").upstream->name == "local");
    CHECK(moved("/openai/v1/chat/completions", "gemini-2.5-flash").upstream->name == "openai");
    CHECK(moved("/v1beta/models/llama-3:generateContent", "llama-3").upstream->name == "gemini");
}

TEST_CASE("A Google key on a path both have means Google", "[gateway][route]") {
    CHECK(route_of("GET", "/v1/models")->upstream->name == "openai");
    CHECK(route_of("GET", "/v1/models", "x-goog-api-key")->upstream->name == "gemini");
    http::RequestHead head;
    head.method = "GET";
    head.target = "/v1/models";
    head.fields.add("Authorization", "Bearer ya29.token");
    CHECK(find_route(head, upstreams())->upstream->name == "gemini");
}

TEST_CASE("Only exact paths are memoized", "[gateway][route]") {
    CHECK(route_of("POST", "/v1/chat/completions")->endpoint != nullptr);
    CHECK(route_of("GET", "/v1/models")->endpoint != nullptr);
    CHECK(route_of("GET", "/v1/chat/completions")->endpoint == nullptr);
    CHECK(route_of("POST", "/v1/chat/completions/")->endpoint == nullptr);
    CHECK(route_of("POST", "/v1//chat/completions")->endpoint == nullptr);
    CHECK(route_of("POST", "/v1/files")->endpoint == nullptr);
}

TEST_CASE("Credentials are no part of the query in the key", "[gateway][route]") {
    CHECK(route_of("GET", "/v1beta/models?key=secret&pageSize=5&access_token=t")->query ==
          "pageSize=5");
    CHECK(route_of("GET", "/v1beta/models?pageSize=5&key=secret")->target ==
          "/v1beta/models?pageSize=5&key=secret");
}

TEST_CASE("What belongs to nobody is not found, and what is unsound is refused",
          "[gateway][route]") {
    CHECK(route_of("GET", "/").error().code == ErrorCode::not_found);
    CHECK(route_of("GET", "/up/nobody/v1/models").error().code == ErrorCode::not_found);
    CHECK(route_of("GET", "/v1/../refrain/stats").error().code == ErrorCode::malformed);
    CHECK(route_of("GET", "/v1/%zz").error().code == ErrorCode::malformed);
}

TEST_CASE("An upstream claims models by patterns", "[gateway][route]") {
    REQUIRE(upstreams().find_for_model("llama-3.1-8b") != nullptr);
    CHECK(upstreams().find_for_model("llama-3.1-8b")->name == "local");
    CHECK(upstreams().find_for_model("qwen3-mini") != nullptr);
    CHECK(upstreams().find_for_model("qwen3-max") == nullptr);
    CHECK(upstreams().find_for_model("gpt-4o") == nullptr);
}

TEST_CASE("?deliver is taken off memoized calls alone", "[gateway][route]") {
    const auto speech = route_of("POST", "/v1/audio/speech?a=1&deliver=url&b=2");
    REQUIRE(speech);
    CHECK(speech->deliver == "url");
    CHECK(speech->query == "a=1&b=2");
    CHECK(speech->target == "/v1/audio/speech?a=1&b=2");
    const auto alone = route_of("POST", "/openai/v1/audio/speech?deliver=url");
    CHECK(alone->target == "/v1/audio/speech");
    CHECK(alone->query == "");
    const auto other = route_of("POST", "/v1/files?deliver=url");
    CHECK(other->deliver == "");
    CHECK(other->target == "/v1/files?deliver=url");
}

}  // namespace
}  // namespace refrain::gateway
