#include "samples/demo_provider/google.hpp"

#include "samples/demo_provider/endpoints.hpp"

#include <array>

namespace refrain::demo {
namespace {

constexpr std::array kModels = {
    "gemini-2.5-flash", "gemini-2.5-pro", "gemini-2.5-flash-preview-tts", "gemini-embedding-001"};

Answer list_gemini_models() {
    Json models = Json::array();
    for (const char* name : kModels) {
        models.push_back({{"name", std::string("models/") + name}, {"displayName", name}});
    }
    return json_answer({{"models", std::move(models)}});
}

Answer list_voices() {
    return json_answer({{"voices",
                         {{{"languageCodes", {"en-US"}},
                           {"name", "en-US-Neural2-A"},
                           {"ssmlGender", "MALE"},
                           {"naturalSampleRateHertz", kToneRate}}}}});
}

std::string after_colon(const std::string& path) {
    const auto colon = path.rfind(':');
    return colon == std::string::npos ? "" : path.substr(colon + 1);
}

std::string model_in(const std::string& path) {
    std::string name = last_segment(path);
    return name.substr(0, name.rfind(':'));
}

Answer call_model(const Call& call) {
    const std::string model = model_in(call.path);
    if (model.find("missing") != std::string::npos) {
        return google_problem({404, "NOT_FOUND", "models/" + model + " is not found."});
    }
    const std::string method = after_colon(call.path);
    if (method == "generateContent") return generate_content(call, model, false);
    if (method == "streamGenerateContent") return generate_content(call, model, true);
    if (method == "countTokens") return count_gemini_tokens(call);
    if (method == "embedContent") return embed_content(call, model, false);
    if (method == "batchEmbedContents") return embed_content(call, model, true);
    return google_problem({404, "NOT_FOUND", "The method " + method + " is not known here."});
}

}  // namespace

Answer google_problem(const GoogleProblem& problem) {
    return json_answer(
        {{"error",
          {{"code", problem.status}, {"message", problem.message}, {"status", problem.name}}}},
        problem.status);
}

bool is_google_call(const Call& call) {
    const bool openai_format = call.path.starts_with("/v1beta/openai/");
    return !openai_format &&
           (!call.google_key.empty() || call.path.starts_with("/v1beta") ||
            call.path.starts_with("/v1alpha") || call.path.starts_with("/v1p1beta1/") ||
            call.path.starts_with("/v2/") || call.path.ends_with("/voices") ||
            (call.method == "POST" && last_segment(call.path).find(':') != std::string::npos));
}

Answer google(const Call& call) {
    if (call.google_key.empty() && call.authorization.empty()) {
        return google_problem(
            {403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers."});
    }
    if (call.google_key.find("invalid") != std::string::npos) {
        return google_problem(
            {400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."});
    }
    const std::string name = last_segment(call.path);
    if (call.method == "GET" && name == "models") return list_gemini_models();
    if (call.method == "GET" && name == "voices") return list_voices();
    if (call.method != "POST") {
        return google_problem({404, "NOT_FOUND", "Nothing is at " + call.path + "."});
    }
    if (!call.body.is_object())
        return google_problem({.message = "Invalid JSON payload received."});
    if (name == "text:synthesize") return synthesize(call);
    if (after_colon(call.path) == "recognize") return recognize(call);
    return call_model(call);
}

}  // namespace refrain::demo
