// What provably means the same shares a key; what only looks the same does not.
#include "unit/providers/openai/planning.hpp"

namespace refrain::providers::openai {
namespace {

// A body with these members besides what the endpoint cannot do without.
std::string body_with(std::string_view path, const std::string& members) {
    std::string body = R"({"model":"m")";
    if (path == kChatPath && members.find("\"messages\"") == std::string::npos) {
        body += R"(,"messages":[{"role":"user","content":"x"}])";
    }
    if (!members.empty()) body += "," + members;
    return body + "}";
}

}  // namespace

TEST_CASE("Requests that mean the same share a key", "[providers][plan]") {
    const auto [path, a, b] = GENERATE(table<std::string_view, std::string, std::string>({
        // Documented defaults, number spelling, null
        {kChatPath, R"("temperature":1)", ""},
        {kChatPath, R"("temperature":1.0)", ""},
        {kChatPath, R"("temperature":1e0)", ""},
        {kChatPath, R"("temperature":null)", ""},
        {kChatPath, R"("temperature":0.50)", R"("temperature":5e-1)"},
        {kChatPath, R"("top_p":1,"n":1,"presence_penalty":0,"frequency_penalty":0.0)", ""},
        {kChatPath, R"("logprobs":false,"parallel_tool_calls":true,"verbosity":"medium")", ""},
        {kChatPath, R"("stop":null,"seed":null,"max_tokens":null,"logit_bias":null)", ""},
        {kChatPath, R"("reasoning_effort":null,"modalities":null,"prediction":null)", ""},
        {kChatPath, R"("store":null,"metadata":null,"service_tier":null)", ""},
        {kChatPath, R"("stream":true)", R"("stream":false)"},
        {kChatPath, R"("stream":true,"stream_options":{"include_usage":true})", ""},
        {kChatPath, R"("stream":true,"stream_options":{"include_obfuscation":false})", ""},
        {kChatPath, R"("stream_options":null)", ""},
        // Sets and maps
        {kChatPath, R"("logit_bias":{"1":2,"3":4})", R"("logit_bias":{"3":4,"1":2})"},
        {kChatPath, R"("modalities":["text","audio"])", R"("modalities":["audio","text"])"},
        // JSON itself
        {kChatPath, R"("user" : "x" , "seed" :  7)", R"("seed":7)"},
        {kChatPath, R"("tem\u0070erature":0.5)", R"("temperature":0.5)"},
        {kChatPath,
         R"("messages":[{"role":"user","content":"\u00e9\/"}])",
         R"("messages":[{"content":"é/","role":"user"}])"},
        // Text
        {kChatPath,
         R"("messages":[{"role":"user","content":"e\u0301\r\n"}])",
         R"("messages":[{"role":"user","content":"é\n"}])"},
        {kChatPath,
         R"("messages":[{"role":"user","content":[{"type":"text","text":"A\u030a"}]}])",
         R"("messages":[{"role":"user","content":[{"type":"text","text":"Å"}]}])"},
        // Parts
        {kChatPath,
         R"("messages":[{"role":"user","content":[{"type":"image_url",
            "image_url":{"url":"data:image/png;base64,AAEC","detail":"auto"}}]}])",
         R"("messages":[{"role":"user","content":[{"type":"image_url",
            "image_url":{"url":"data:image\/png;base64,AAEC"}}]}])"},
        {kChatPath,
         R"("messages":[{"role":"user","content":[{"type":"text","text":"x",
            "prompt_cache_breakpoint":{"mode":"explicit"}}]}])",
         R"("messages":[{"role":"user","content":[{"type":"text","text":"x"}]}])"},
        // Responses
        {kResponsesPath, R"("input":"x")", R"("input":[{"role":"user","content":"x"}])"},
        {kResponsesPath,
         R"("input":"x","include":["b","a"])",
         R"("input":"x","include":["a","b"])"},
        {kResponsesPath, R"("temperature":1,"top_p":1.0,"truncation":"disabled")", ""},
        {kResponsesPath, R"("background":false,"parallel_tool_calls":true,"store":null)", ""},
        {kResponsesPath, R"("text":{"verbosity":"medium"})", ""},
        {kResponsesPath,
         R"("text":{"format":{"type":"text"},"verbosity":"medium"})",
         R"("text":{"format":{"type":"text"}})"},
        {kResponsesPath, R"("metadata":{"a":"b"},"user":"u")", R"("metadata":{})"},
        {kResponsesPath, R"("previous_response_id":null,"conversation":null,"prompt":null)", ""},
        {kResponsesPath, R"("instructions":"e\u0301\r\n")", R"("instructions":"é\n")"},
        {kResponsesPath,
         R"("input":[{"role":"user","content":[{"type":"input_image","detail":"auto",
            "image_url":"data:image/png;base64,AAEC"}]}])",
         R"("input":[{"role":"user","content":[{"type":"input_image",
            "image_url":"data:image/png;base64,AAEC"}]}])"},
        // Completions
        {kCompletionsPath,
         R"("prompt":"x","max_tokens":16,"best_of":1,"echo":false)",
         R"("prompt":"x")"},
        {kCompletionsPath, R"("prompt":"<|endoftext|>")", R"("prompt":null)"},
        {kCompletionsPath, R"("prompt":"x","logprobs":null,"suffix":null)", R"("prompt":"x")"},
        // Embeddings
        {kEmbeddingsPath, R"("input":"x")", R"("input":["x"])"},
        {kEmbeddingsPath,
         R"("input":"x","encoding_format":"base64")",
         R"("input":"x","encoding_format":"float")"},
        {kEmbeddingsPath, R"("input":"e\u0301")", R"("input":["é"])"},
        {kEmbeddingsPath, R"("input":"x","dimensions":null)", R"("input":"x")"},
        // Images
        {kImagesPath,
         R"("prompt":"x","n":1,"quality":"auto","background":"auto")",
         R"("prompt":"x","moderation":"auto","output_format":"png")"},
        {kImagesPath,
         R"("prompt":"x","output_compression":100,"partial_images":0)",
         R"("prompt":"x","stream":true)"},
    }));
    CHECK(canonical_of(path, body_with(path, a)) == canonical_of(path, body_with(path, b)));
}

TEST_CASE("The default moderation model is the absent one", "[providers][plan]") {
    CHECK(canonical_of(kModerationPath, R"({"input":"x","model":"omni-moderation-latest"})") ==
          canonical_of(kModerationPath, R"({"input":"x"})"));
}

TEST_CASE("Requests that only look the same do not share a key", "[providers][plan]") {
    const auto [path, a, b] = GENERATE(table<std::string_view, std::string, std::string>({
        // Text a model reads differently
        {kChatPath,
         R"("messages":[{"role":"user","content":"x"}])",
         R"("messages":[{"role":"user","content":"x "}])"},
        {kChatPath,
         R"("messages":[{"role":"user","content":"x"}])",
         R"("messages":[{"role":"user","content":"x\n"}])"},
        {kChatPath,
         R"("messages":[{"role":"user","content":"x y"}])",
         R"("messages":[{"role":"user","content":"x\u00a0y"}])"},
        {kChatPath,
         R"("messages":[{"role":"user","content":"x"}])",
         R"("messages":[{"role":"user","content":"X"}])"},
        {kChatPath,
         R"("messages":[{"role":"user","content":"x"}])",
         R"("messages":[{"role":"user","content":"x\u200b"}])"},
        {kChatPath,
         R"("messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}])",
         R"("messages":[{"role":"user","content":"b"},{"role":"user","content":"a"}])"},
        {kChatPath,
         R"("messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}])",
         R"("messages":[{"role":"user","content":"ab"}])"},
        {kChatPath,
         R"("messages":[{"role":"user","content":"x"}])",
         R"("messages":[{"role":"user","content":[{"type":"text","text":"x"}]}])"},
        {kChatPath,
         R"("messages":[{"role":"system","content":"x"}])",
         R"("messages":[{"role":"developer","content":"x"}])"},
        // Raw text: tool arguments and results
        {kChatPath,
         R"("messages":[{"role":"tool","tool_call_id":"c","content":"e\u0301"}])",
         R"("messages":[{"role":"tool","tool_call_id":"c","content":"é"}])"},
        {kChatPath,
         R"("messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function",
            "function":{"name":"f","arguments":"{\"a\":1,\"b\":2}"}}]}])",
         R"("messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function",
            "function":{"name":"f","arguments":"{\"b\":2,\"a\":1}"}}]}])"},
        {kResponsesPath,
         R"("input":[{"type":"function_call_output","call_id":"c","output":"\r\n"}])",
         R"("input":[{"type":"function_call_output","call_id":"c","output":"\n"}])"},
        // Order inside schemas
        {kChatPath,
         R"("response_format":{"type":"json_schema","json_schema":{"name":"s","schema":
            {"properties":{"a":{},"b":{}}}}})",
         R"("response_format":{"type":"json_schema","json_schema":{"name":"s","schema":
            {"properties":{"b":{},"a":{}}}}})"},
        {kChatPath,
         R"("tools":[{"type":"function","function":{"name":"f","parameters":
            {"properties":{"a":{},"b":{}}}}}])",
         R"("tools":[{"type":"function","function":{"name":"f","parameters":
            {"properties":{"b":{},"a":{}}}}}])"},
        {kChatPath,
         R"("functions":[{"name":"f","parameters":{"a":1,"b":2}}])",
         R"("functions":[{"name":"f","parameters":{"b":2,"a":1}}])"},
        {kChatPath, R"("guided_json":{"a":1,"b":2})", R"("guided_json":{"b":2,"a":1})"},
        {kResponsesPath,
         R"("tools":[{"type":"function","name":"f","parameters":{"a":1,"b":2}}])",
         R"("tools":[{"type":"function","name":"f","parameters":{"b":2,"a":1}}])"},
        {kResponsesPath,
         R"("text":{"format":{"type":"json_schema","schema":{"a":1,"b":2}}})",
         R"("text":{"format":{"type":"json_schema","schema":{"b":2,"a":1}}})"},
        {kResponsesPath,
         R"("tools":[{"type":"namespace","tools":[{"type":"function","name":"f",
            "parameters":{"a":1,"b":2}}]}])",
         R"("tools":[{"type":"namespace","tools":[{"type":"function","name":"f",
            "parameters":{"b":2,"a":1}}]}])"},
        {kChatPath,
         R"("tools":[{"type":"function","function":{"name":"f","parameters":{"m":1}}}])",
         R"("tools":[{"type":"function","function":{"name":"f","parameters":{"m":1.0}}}])"},
        // Presence
        {kChatPath, R"("tools":[])", ""},
        {kChatPath, R"("reasoning_effort":"medium")", ""},
        {kChatPath, R"("stop":"a")", R"("stop":["a"])"},
        {kChatPath, R"("tool_choice":"auto")", ""},
        {kChatPath, R"("response_format":{"type":"text"})", ""},
        {kChatPath, R"("max_tokens":5)", R"("max_completion_tokens":5)"},
        {kChatPath, R"("temperature":0)", ""},
        {kChatPath,
         R"("messages":[{"role":"assistant","content":null}])",
         R"("messages":[{"role":"assistant"}])"},
        {kChatPath,
         R"("tools":[{"type":"function","function":{"name":"f","strict":false}}])",
         R"("tools":[{"type":"function","function":{"name":"f"}}])"},
        {kResponsesPath,
         R"("tools":[{"type":"function","name":"f","strict":false}])",
         R"("tools":[{"type":"function","name":"f"}])"},
        {kResponsesPath, R"("store":false)", ""},
        {kResponsesPath,
         R"("previous_response_id":"resp_1")",
         R"("previous_response_id":"resp_2")"},
        {kResponsesPath, R"("input":"x")", R"("input":[{"role":"system","content":"x"}])"},
        {kCompletionsPath, R"("prompt":"x")", R"("prompt":["x"])"},
        {kEmbeddingsPath, R"("input":["a","b"])", R"("input":["b","a"])"},
        {kEmbeddingsPath, R"("input":[1,2])", R"("input":[[1,2]])"},
        {kEmbeddingsPath, R"("input":"x","dimensions":1536)", R"("input":"x")"},
        {kImagesPath, R"("prompt":"x","size":"auto")", R"("prompt":"x")"},
        // Numbers that a double would blur
        {kChatPath, R"("seed":9007199254740993)", R"("seed":9007199254740992)"},
        {kChatPath, R"("temperature":1.000000000000000005)", R"("temperature":1)"},
        {kChatPath, R"("presence_penalty":-0)", ""},
        {kChatPath, R"("temperature":1e400)", R"("temperature":1e401)"},
        {kChatPath, R"("seed":1)", R"("seed":"1")"},
        // Media: an object is not its own digest
        {kChatPath,
         R"("messages":[{"role":"user","content":[{"type":"image_url",
            "image_url":{"url":"data:image/png;base64,AAEC"}}]}])",
         R"("messages":[{"role":"user","content":[{"type":"image_url",
            "image_url":{"url":"data:image/gif;base64,AAEC"}}]}])"},
        {kChatPath,
         R"("messages":[{"role":"user","content":[{"type":"image_url",
            "image_url":{"url":"data:image/png;base64,AAEC"}}]}])",
         R"("messages":[{"role":"user","content":[{"type":"image_url",
            "image_url":{"url":"data:image/png;base64,AAEC ","x":1}}]}])"},
    }));
    CHECK(canonical_of(path, body_with(path, a)) != canonical_of(path, body_with(path, b)));
}

TEST_CASE("Image models differ from the absent one", "[providers][plan]") {
    CHECK(canonical_of(kImagesPath, R"({"prompt":"x"})") !=
          canonical_of(kImagesPath, R"({"prompt":"x","model":"gpt-image-1"})"));
}

TEST_CASE("Normalization is the user's choice", "[providers][plan]") {
    const auto key = [](std::string_view text, Normalize how) {
        const std::string body = R"({"model":"m","input":")" + std::string(text) + "\"}";
        return plan_of(kEmbeddingsPath, body, how).canonical;
    };
    CHECK(key("e\\u0301", Normalize::exact) != key("\\u00e9", Normalize::exact));
    CHECK(key("e\\u0301", Normalize::standard) == key("\\u00e9", Normalize::standard));
    CHECK(key("a  b", Normalize::standard) != key("a b", Normalize::standard));
    CHECK(key("a \\t b", Normalize::relaxed) == key("a b", Normalize::relaxed));
    CHECK(key("a", Normalize::relaxed) != key("A", Normalize::relaxed));
}

}  // namespace refrain::providers::openai
