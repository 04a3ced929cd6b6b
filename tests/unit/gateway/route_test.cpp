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

TEST_CASE("A Google key on a path both have means Google", "[gateway][route]") {
    CHECK(route_of("GET", "/v1/models")->upstream->name == "openai");
    CHECK(route_of("GET", "/v1/models", "x-goog-api-key")->upstream->name == "gemini");
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
