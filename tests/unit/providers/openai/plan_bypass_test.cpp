// What is never memoized, and the word for why.
#include "unit/providers/openai/planning.hpp"

namespace refrain::providers::openai {
namespace {

std::string image_part(const std::string& image) {
    return R"({"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":)" +
           image + "}]}]}";
}

std::string tool(const std::string& json) {
    return R"({"model":"m","input":"x","tools":[{"type":"function","name":"f"},)" + json + "]}";
}

std::string item(const std::string& json) {
    return R"({"model":"m","input":[)" + json + "]}";
}

}  // namespace

TEST_CASE("A chat that leaves the request is not memoized", "[providers][plan][bypass]") {
    const auto [body, reason] = GENERATE(table<std::string, std::string>({
        {R"({"model":"m","messages":[],"store":true})", "store"},
        {R"({"model":"m","messages":[],"web_search_options":{}})", "web-search"},
        {R"({"model":"gpt-4o-search-preview","messages":[]})", "web-search"},
        {R"({"model":"gpt-5-search-api","messages":[]})", "web-search"},
        {image_part(R"({"url":"https://example.com/a.png"})"), "external-media"},
        {image_part(R"({"url":"http://example.com/a.png"})"), "external-media"},
        {image_part(R"({"url":"HTTPS://example.com/a.png"})"), "external-media"},
        {image_part(R"({"url":" https://example.com/a.png"})"), "external-media"},
        {image_part(R"({"url":"gs://bucket/a.png"})"), "external-media"},
        {image_part(R"({"\u0075rl":"https://example.com/a.png"})"), "external-media"},
        {image_part(R"("https://example.com/a.png")"), "external-media"},
        {image_part(R"({"url":"data:image/png;base64,AAEC"})"), ""},
        {R"({"model":"m","messages":[{"role":"user","content":[{"type":"video_url",
            "video_url":{"url":"https://example.com/v"}}]}]})",
         "external-media"},
        {R"({"model":"m","messages":[{"role":"user","content":[{"type":"file",
            "file":{"file_id":"file-1"}}]}]})",
         "file-id"},
        {R"({"model":"m","messages":[{"role":"user","content":[{"type":"file",
            "file":{"file_id":null,"file_data":"data:text/plain;base64,AAEC"}}]}]})",
         ""},
        {R"({"model":"m","messages":[{"role":"assistant","audio":{"id":"audio_1"}}]})",
         "stored-audio"},
        {R"({"model":"m","messages":[{"role":"assistant","audio":null}]})", ""},
        {R"({"model":"m","messages":[{"role":"assistant","content":"x","annotations":[
            {"type":"url_citation","url_citation":{"url":"https://example.com"}}]}]})",
         ""},
        {R"({"model":"m","messages":[],"tools":[{"type":"google_search"}]})", "server-tool"},
        {R"({"model":"m","messages":[],"tools":[{}]})", "server-tool"},
        {R"({"messages":[]})", "no-model"},
        {R"({"model":null,"messages":[]})", "no-model"},
        {R"({"model":1,"messages":[]})", "invalid-field"},
        {R"({"model":"m","messages":[],"stream":"yes"})", "invalid-field"},
        {R"({"model":"m","messages":[],"stream":1})", "invalid-field"},
        {R"({"model":"m","messages":[],"store":"true"})", "invalid-field"},
        {R"({"model":"m","messages":[],"n":1.5})", "invalid-field"},
        {R"({"model":"m","messages":[],"n":0})", "invalid-field"},
        {R"({"model":"m","messages":[],"n":-1})", "invalid-field"},
        {R"({"model":"m","messages":[],"n":"2"})", "invalid-field"},
        {R"({"model":"m","messages":[],"n":1e300})", "invalid-field"},
        {R"({"model":"m","messages":[],"n":99999999999999999999})", "invalid-field"},
        {R"({"model":"m","messages":[],"stream":true,"stream_options":[]})", "invalid-field"},
        {R"({"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":"x"}})",
         "invalid-field"},
    }));
    CAPTURE(body);
    const Plan plan = plan_of(kChatPath, body);
    CHECK(plan.bypass == reason);
    CHECK(plan.canonical.empty() == !reason.empty());
    CHECK(plan.upstream_form == plan.wanted_form);
    CHECK_FALSE(plan.upstream_body.has_value());
}

TEST_CASE("A response that leaves the request is not memoized", "[providers][plan][bypass]") {
    const auto [body, reason] = GENERATE(table<std::string, std::string>({
        {R"({"model":"m","input":"x","store":true})", "store"},
        {R"({"model":"m","input":"x","background":true})", "background"},
        {R"({"model":"m","input":"x","conversation":"conv_1"})", "conversation"},
        {R"({"model":"m","input":"x","conversation":{"id":"conv_1"}})", "conversation"},
        {R"({"model":"m","prompt":{"id":"pmpt_1"}})", "prompt-template"},
        {R"({"prompt":{"id":"pmpt_1"}})", "prompt-template"},
        {R"({"model":"m","input":"x","prompt_cache_options":{"comparison_response_id":"r"}})",
         "stored-state"},
        {R"({"input":"x"})", "no-model"},
        {tool(R"({"type":"web_search"})"), "server-tool"},
        {tool(R"({"type":"web_search_preview_2025_03_11"})"), "server-tool"},
        {tool(R"({"type":"file_search","vector_store_ids":["v"]})"), "server-tool"},
        {tool(R"({"type":"code_interpreter"})"), "server-tool"},
        {tool(R"({"type":"computer_use_preview"})"), "server-tool"},
        {tool(R"({"type":"mcp","server_url":"https://x"})"), "server-tool"},
        {tool(R"({"type":"image_generation"})"), "server-tool"},
        {tool(R"({"type":"programmatic_tool_calling"})"), "server-tool"},
        {tool(R"({"type":"invented_tomorrow"})"), "server-tool"},
        {tool(R"({"type":"shell"})"), "server-tool"},
        {tool(R"({"type":"shell","environment":{"type":"container_auto"}})"), "server-tool"},
        {tool(R"({"type":"shell","environment":{"type":"local"}})"), ""},
        {tool(R"({"type":"namespace","tools":[{"type":"mcp"}]})"), "server-tool"},
        {tool(R"({"type":"namespace","tools":[{"type":"custom"}]})"), ""},
        {tool(R"({"type":"custom"},{"type":"local_shell"},{"type":"apply_patch"})"), ""},
        {tool("1"), "server-tool"},
        {item(R"({"type":"item_reference","id":"msg_1"})"), "item-reference"},
        {item(R"({"type":null,"id":"msg_1"})"), "item-reference"},
        {item(R"({"id":"msg_1"})"), "item-reference"},
        {item(R"({"type":"image_generation_call","id":"ig_1"})"), "server-tool"},
        {item(R"({"role":"user","content":[{"type":"input_image","file_id":"f"}]})"), "file-id"},
        {item(R"({"role":"user","content":[{"type":"input_file","file_url":"https://x/y"}]})"),
         "external-media"},
        {item(R"({"role":"user","content":[{"type":"input_image","image_url":"https://x/y"}]})"),
         "external-media"},
        {item(R"({"type":"function_call_output","call_id":"c","output":[{"type":"input_image",
            "image_url":"https://x/y"}]})"),
         "external-media"},
        {item(R"({"type":"function_call_output","call_id":"c","output":"https://x/y"})"), ""},
    }));
    CAPTURE(body);
    CHECK(plan_of(kResponsesPath, body).bypass == reason);
}

TEST_CASE("Other calls that leave the request are not memoized", "[providers][plan][bypass]") {
    const auto [path, body, reason] = GENERATE(table<std::string_view, std::string, std::string>({
        {kImagesPath,
         R"({"model":"gpt-image-1","prompt":"x","response_format":"url"})",
         "expiring-urls"},
        {kImagesPath, R"({"model":"dall-e-3","prompt":"x"})", "expiring-urls"},
        {kImagesPath, R"({"model":"dall-e-2","prompt":"x","response_format":"b64_json"})", ""},
        {kImagesPath,
         R"({"model":"gpt-image-1","prompt":"x","images":[{"file_id":"f"}]})",
         "file-id"},
        {kModerationPath,
         R"({"input":[{"type":"image_url","image_url":{"url":"http://x"}}]})",
         "external-media"},
        {kModerationPath, R"({"input":"http://x"})", ""},
        {kEmbeddingsPath, R"({"model":"m","input":"x","encoding_format":"hex"})", "invalid-field"},
        {kEmbeddingsPath, R"({"input":"x"})", "no-model"},
        {kCompletionsPath, R"({"prompt":"x"})", "no-model"},
    }));
    CAPTURE(body);
    CHECK(plan_of(path, body).bypass == reason);
}

TEST_CASE("A body that is no clean JSON object is forwarded as it came",
          "[providers][plan][bypass]") {
    const auto [body, reason] = GENERATE(table<std::string, std::string>({
        {"", "invalid-json"},
        {"{", "invalid-json"},
        {"[]", "invalid-json"},
        {"\"x\"", "invalid-json"},
        {"null", "invalid-json"},
        {"\xEF\xBB\xBF{\"model\":\"m\"}", "invalid-json"},
        {std::string("{\0\"\0", 4), "invalid-json"},
        {R"({"model":"m","store":false,"store":true})", "duplicate-names"},
        {R"({"model":"m","store":false,"\u0073tore":true})", "duplicate-names"},
        {R"({"model":"m","messages":[{"role":"user","content":"\ud800"}]})", "invalid-unicode"},
        {"{\"model\":\"\xFF\"}", "invalid-unicode"},
        {std::string(100'000, '['), "too-deep"},
    }));
    for (const std::string_view path : {kChatPath, kResponsesPath, kEmbeddingsPath}) {
        const Plan plan = plan_of(path, body);
        CHECK(plan.bypass == reason);
        CHECK(plan.canonical.empty());
        CHECK_FALSE(plan.upstream_body.has_value());
        CHECK_FALSE(plan.wanted_form.empty());
    }
}

TEST_CASE("Only JSON in UTF-8 is looked into", "[providers][plan][bypass]") {
    const auto [type, reason] = GENERATE(table<std::string, std::string>({
        {"application/json", ""},
        {"application/json; charset=utf-8", ""},
        {"application/json;charset=\"UTF-8\"", ""},
        {"application/vnd.api+json", ""},
        {"application/json; charset=utf-16", "content-type"},
        {"application/json; charset=iso-8859-1", "content-type"},
        {"", "content-type"},
        {"text/plain", "content-type"},
        {"application/x-www-form-urlencoded", "content-type"},
        {"multipart/form-data; boundary=application/json", "content-type"},
        {"application/jsonx", "content-type"},
    }));
    CAPTURE(type);
    Request request;
    request.method = "POST";
    request.path = kChatPath;
    request.content_type = type;
    request.body = R"({"model":"m","messages":[]})";
    CHECK(openai_endpoint("POST", kChatPath)->plan(request, {}).bypass == reason);
}

}  // namespace refrain::providers::openai
