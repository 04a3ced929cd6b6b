// What reaches outside of the request, or cannot be read for sure, is not memoized, and says why.
#include "unit/providers/google/planning.hpp"

namespace refrain::providers::google {
namespace {

std::string generate(const std::string& members) {
    return R"({"contents":[{"parts":[{"text":"hi"}]}],)" + members + "}";
}

std::string part(const std::string& members) {
    return R"({"contents":[{"parts":[{)" + members + "}]}]}";
}

std::string hear(const std::string& config) {
    return R"({"config":{"languageCode":"en-US",)" + config + R"(},"audio":{"content":"AAEC"}})";
}

}  // namespace

TEST_CASE("Google requests that reach outside pass through", "[providers][google][plan]") {
    const auto [path, body, reason] = GENERATE(table<std::string, std::string, std::string>({
        {kGeneratePath, generate(R"("tools":[{"googleSearch":{}}])"), "google-search"},
        {kGeneratePath, generate(R"("tools":[{"google_search":{}}])"), "google-search"},
        {kGeneratePath, generate(R"("tools":{"googleSearch":{}})"), "google-search"},
        {kGeneratePath, generate(R"("tools":[{"urlContext":{}}])"), "url-context"},
        {kGeneratePath, generate(R"("tools":[{"codeExecution":{}}])"), "code-execution"},
        {kGeneratePath, generate(R"("tools":[{"googleMaps":{}}])"), "google-maps"},
        {kGeneratePath, generate(R"("tools":[{"fileSearch":{}}])"), "file-search"},
        {kGeneratePath, generate(R"("tools":[{"retrieval":{}}])"), "retrieval"},
        {kGeneratePath, generate(R"("tools":[{"computerUse":{}}])"), "computer-use"},
        {kGeneratePath, generate(R"("tools":[{"mcpServers":[{}]}])"), "mcp"},
        {kGeneratePath, generate(R"("tools":[{"somethingNew":{}}])"), "server-tool"},
        {kGeneratePath, generate(R"("cachedContent":"cachedContents/1")"), "cached-content"},
        {kGeneratePath, generate(R"("cached_content":"cachedContents/1")"), "cached-content"},
        {kGeneratePath, generate(R"("continuationToken":"t")"), "continuation"},
        {kGeneratePath, generate(R"("store":true)"), "store"},
        {kGeneratePath, part(R"("fileData":{"fileUri":"https://x/y"})"), "external-media"},
        {kGeneratePath, part(R"("file_data":{"file_uri":"gs://x/y"})"), "external-media"},
        {kCountPath,
         R"({"generateContentRequest":)" + generate(R"("cachedContent":"c/1")") + "}",
         "cached-content"},
        {kCountPath, part(R"("fileData":{"fileUri":"files/1"})"), "external-media"},
        {kEmbedPath,
         R"({"content":{"parts":[{"fileData":{"fileUri":"files/1"}}]}})",
         "external-media"},
        {kBatchPath, R"({"requests":[]})", "invalid-field"},
        {kBatchPath, R"({"requests":{}})", "invalid-field"},
        {kPredictPath, R"({"instances":[{}],"parameters":{"storageUri":"x"}})", "storage"},
        {kPredictPath, R"({"instances":[{"image":{"gcsUri":"gs://b/o"}}]})", "storage"},
        {"/v1beta/models/text-embedding-005:predict", R"({"instances":[{}]})", "not-memoized"},
        {kHearPath,
         R"({"config":{"languageCode":"en-US"},"audio":{"uri":"gs://b/o"}})",
         "external-media"},
        {kHearPath,
         hear(R"("adaptation":{"phraseSetReferences":["projects/p/x"]})"),
         "named-resource"},
        {kHearPath,
         hear(
             R"("adaptation":{"phraseSets":[{"phrases":[{"value":"${projects/p/locations/l/customClasses/c}"}]}]})"),
         "named-resource"},
        {kHearV2Path, R"({"uri":"gs://b/o"})", "external-media"},
        {kHearV2Path,
         R"({"content":"AAEC","config":{"adaptation":{"phraseSets":[{"phraseSet":"projects/p/x"}]}}})",
         "named-resource"},
        {"/v2/projects/p/locations/l/recognizers/mine:recognize",
         R"({"content":"AAEC"})",
         "named-resource"},
    }));
    CHECK(plan_of(path, body).bypass == reason);
}

TEST_CASE("Google requests that cannot be read for sure pass through",
          "[providers][google][plan]") {
    const auto [body, reason] = GENERATE(table<std::string, std::string>({
        {"", "invalid-json"},
        {"[]", "invalid-json"},
        {"{", "invalid-json"},
        {R"({"contents":[],"contents":[]})", "duplicate-names"},
        {R"({"systemInstruction":{},"system_instruction":{}})", "duplicate-names"},
        {R"({"contents":[{"parts":[{"text":"\ud800"}]}]})", "invalid-unicode"},
    }));
    CHECK(plan_of(kGeneratePath, body).bypass == reason);
}

TEST_CASE("Other forms of answers than JSON and events pass through", "[providers][google][plan]") {
    const std::string body = R"({"contents":[]})";
    CHECK(plan_of(kGeneratePath + "?alt=sse", body).bypass == "alt");
    CHECK(plan_of(kGeneratePath + "?alt=proto", body).bypass == "alt");
    CHECK(plan_of(kStreamPath + "?alt=media", body).bypass == "alt");
    CHECK(plan_of(kGeneratePath + "?$alt=proto", body).bypass == "alt");
}

TEST_CASE("Only Google's own paths have endpoints", "[providers][google]") {
    const auto is_known = [](std::string_view method, std::string_view path) {
        return endpoint(method, path) != nullptr;
    };
    CHECK(is_known("POST", "/v1/models/m:generateContent"));
    CHECK(is_known("POST", "/v1alpha/models/m:streamGenerateContent"));
    CHECK(is_known("POST", "/v1beta/tunedModels/m:generateContent"));
    CHECK(is_known("POST",
                   "/v1beta1/projects/p/locations/l/publishers/google/models/m:generateContent"));
    CHECK(is_known("POST", "/v1/projects/p/locations/l/endpoints/7:generateContent"));
    CHECK(is_known("GET", "/v1beta/models"));
    CHECK(is_known("GET", "/v1beta1/voices"));
    CHECK(is_known("POST", "/v1beta1/text:synthesize"));
    CHECK(is_known("POST", "/v1p1beta1/speech:recognize"));

    CHECK_FALSE(is_known("GET", kGeneratePath));
    CHECK_FALSE(is_known("POST", kGeneratePath + "/"));
    CHECK_FALSE(is_known("POST", "/v1beta/models/m:predictLongRunning"));
    CHECK_FALSE(is_known("POST", "/v1beta/models/m:batchGenerateContent"));
    CHECK_FALSE(is_known("POST", "/v1beta/models/m:asyncBatchEmbedContent"));
    CHECK_FALSE(is_known("POST", "/v1beta/models/a/b:generateContent"));
    CHECK_FALSE(is_known("POST", "/v1beta/models/:generateContent"));
    CHECK_FALSE(is_known("POST", "/v3/models/m:generateContent"));
    CHECK_FALSE(is_known("POST", "/v1beta/:generateContent"));
    CHECK_FALSE(is_known("POST", "/v1beta/cachedContents"));
    CHECK_FALSE(is_known("POST", "/v1/speech:longrunningrecognize"));
    CHECK_FALSE(is_known("POST", "/v1/projects/p/locations/l:synthesizeLongAudio"));
    CHECK_FALSE(is_known("POST", "/v2/projects/p/locations/l/recognizers/_:batchRecognize"));
    CHECK_FALSE(is_known("POST", ""));
}

}  // namespace refrain::providers::google
