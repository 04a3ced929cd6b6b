// Every change of a request must change its key, unless a rule says why not. Each value of a large
// request is changed, removed, and given company, one at a time.
#include "providers/json.hpp"
#include "unit/providers/openai/planning.hpp"

#include <algorithm>
#include <functional>
#include <vector>

namespace refrain::providers::openai {
namespace {

struct Case {
    std::string_view path;
    std::string body;
    std::vector<std::string> left_out;  // top-level names that are no part of the key
};

const std::vector<Case>& cases() {
    static const std::vector<Case> kCases{
        {kChatPath,
         R"({"model":"gpt-4o","messages":[{"role":"system","content":"Be brief.","name":"sys"},
             {"role":"user","content":[{"type":"text","text":"What is this?"},
               {"type":"image_url","image_url":{"url":"data:image/png;base64,AAEC","detail":"low"}},
               {"type":"input_audio","input_audio":{"data":"AAEC","format":"wav"}},
               {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AAEC"}}]},
             {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",
               "function":{"name":"f","arguments":"{\"a\":1}"}}]},
             {"role":"tool","tool_call_id":"call_1","content":"42"}],
            "temperature":0.5,"top_p":0.9,"n":2,"stop":["a","b"],"max_completion_tokens":100,
            "max_tokens":50,"presence_penalty":0.1,"frequency_penalty":0.2,"logit_bias":{"50256":-100},
            "logprobs":true,"top_logprobs":3,"seed":7,
            "response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,
              "schema":{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"number"}},
              "required":["b","a"]}}},
            "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,
              "parameters":{"type":"object","properties":{"z":{"type":"integer","minimum":1.0}}}}},
              {"type":"custom","custom":{"name":"c"}}],
            "tool_choice":"required","parallel_tool_calls":false,"reasoning_effort":"low",
            "verbosity":"high","modalities":["audio","text"],"audio":{"voice":"alloy","format":"wav"},
            "prediction":{"type":"content","content":"x"},"moderation":{"model":"m"},
            "functions":[{"name":"g","parameters":{"type":"object"}}],"function_call":"auto",
            "unknown_field":{"deep":[1,{"x":"y"}]},
            "stream":false,"stream_options":{"include_usage":true},"service_tier":"flex",
            "user":"u","safety_identifier":"s","metadata":{"a":"b"},"store":false,
            "prompt_cache_key":"k","prompt_cache_retention":"24h","prompt_cache_options":{"ttl":"30m"}})",
         {"stream",
          "stream_options",
          "service_tier",
          "user",
          "safety_identifier",
          "metadata",
          "store",
          "prompt_cache_key",
          "prompt_cache_retention",
          "prompt_cache_options"}},
        {kResponsesPath,
         R"({"model":"gpt-5","input":[{"role":"user","content":[{"type":"input_text","text":"Hi"},
              {"type":"input_image","image_url":"data:image/png;base64,AAEC","detail":"high"},
              {"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,AAEC"}]},
             {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"abc"},
             {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},
             {"type":"function_call_output","call_id":"c1","output":"42"}],
            "instructions":"Be brief.","text":{"format":{"type":"json_schema","name":"s",
              "schema":{"type":"object","properties":{"b":{},"a":{}}}},"verbosity":"low"},
            "reasoning":{"effort":"low","summary":"auto"},"max_output_tokens":100,"max_tool_calls":2,
            "truncation":"auto","include":["reasoning.encrypted_content","message.output_text.logprobs"],
            "tools":[{"type":"function","name":"f","strict":true,"description":"d",
              "parameters":{"type":"object","properties":{"z":{"minimum":1.0}}}},
              {"type":"namespace","name":"n","tools":[{"type":"function","name":"g"}]}],
            "tool_choice":"required","parallel_tool_calls":false,"top_logprobs":2,"temperature":0.3,
            "top_p":0.8,"previous_response_id":"resp_1","context_management":[{"type":"compaction"}],
            "moderation":{"model":"m"},"unknown_field":{"deep":[1]},"store":false,
            "prompt_cache_options":{"mode":"implicit"},
            "stream":false,"stream_options":{"include_obfuscation":false},"service_tier":"flex",
            "metadata":{"a":"b"},"user":"u","safety_identifier":"s","prompt_cache_key":"k",
            "prompt_cache_retention":"24h"})",
         {"stream",
          "stream_options",
          "service_tier",
          "metadata",
          "user",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention"}},
        {kCompletionsPath,
         R"({"model":"gpt-3.5-turbo-instruct","prompt":["one","two"],"max_tokens":5,"temperature":0.1,
            "top_p":0.5,"n":2,"best_of":3,"echo":true,"logprobs":2,"suffix":"end","stop":"\n",
            "presence_penalty":1,"frequency_penalty":1,"logit_bias":{"1":2},"seed":3,"unknown":"x",
            "stream":false,"stream_options":{"include_usage":true},"user":"u"})",
         {"stream", "stream_options", "user"}},
        {kEmbeddingsPath,
         R"({"model":"text-embedding-3-small","input":["one","two",[1,2]],"dimensions":256,
            "unknown":[null,true],"encoding_format":"float","user":"u"})",
         {"encoding_format", "user"}},
        {kModerationPath,
         R"({"model":"omni-moderation-2024-09-26","input":[{"type":"text","text":"one"},
             {"type":"image_url","image_url":{"url":"data:image/png;base64,AAEC"}}],"unknown":1})",
         {}},
        {kImagesPath,
         R"({"model":"gpt-image-1","prompt":"a cat","n":2,"size":"1024x1024","quality":"low",
            "background":"opaque","output_format":"webp","output_compression":50,"moderation":"low",
            "partial_images":1,"style":"vivid","unknown":"x","stream":false,"user":"u",
            "safety_identifier":"s"})",
         {"stream", "user", "safety_identifier"}},
    };
    return kCases;
}

// Another value of the same kind, so that no type check decides.
Json changed(const Json& value, const std::string& name) {
    if (value.is_boolean()) return !value.get<bool>();
    if (value.is_null()) return 0;
    if (const auto number = number_value(value)) return *number + 1;
    const auto& text = value.get_ref<const std::string&>();
    if (text.starts_with("data:")) return text.substr(0, text.find(',') + 1) + "AAED";
    if (name == "data") return "AAED";
    return text + "x";
}

// Calls `visit` with every document that is `root` with one thing changed.
class Mutations {
  public:
    using Visit = std::function<void(const std::string& what, const Json& document)>;

    Mutations(Json root, Visit visit) : root_(std::move(root)), visit_(std::move(visit)) {}

    void run() { walk(root_, "", ""); }

  private:
    void report(const std::string& what) { visit_(what, root_); }

    void walk(Json& value, const std::string& path, const std::string& name) {
        if (value.is_object()) return walk_object(value, path);
        if (value.is_array()) return walk_array(value, path, name);
        const Json before = value;
        value = changed(before, name);
        report(path + " changed");
        value = before;
    }

    void walk_object(Json& value, const std::string& path) {
        const Json before = value;
        value["added_by_test"] = 1;
        report(path + " added to");
        value = before;
        for (std::size_t i = 0; i < before.size(); ++i) {
            const std::string name = std::next(before.items().begin(), static_cast<long>(i)).key();
            value.erase(name);
            report(path + "/" + name + " removed");
            value = before;
            walk(value[name], path + "/" + name, name);
        }
    }

    void walk_array(Json& value, const std::string& path, const std::string& name) {
        const Json before = value;
        for (std::size_t i = 0; i < before.size(); ++i) {
            value.erase(i);
            report(path + "/" + std::to_string(i) + " removed");
            value = before;
            const bool is_set = name == "modalities" || name == "include";
            if (i + 1 < before.size() && !is_set) {
                std::swap(value[i], value[i + 1]);
                report(path + "/" + std::to_string(i) + " swapped with the next");
                value = before;
            }
            walk(value[i], path + "/" + std::to_string(i), name);
        }
    }

    Json root_;
    Visit visit_;
};

bool is_below(const std::string& what, const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return what.starts_with("/" + name + " ") || what.starts_with("/" + name + "/");
    });
}

}  // namespace

TEST_CASE("Whatever changes in a request changes its key", "[providers][plan]") {
    for (const Case& c : cases()) {
        CAPTURE(c.path);
        const std::string original = canonical_of(c.path, c.body);
        int mutations = 0;
        const auto root = parse_json_as_written(c.body);
        REQUIRE(root);
        Mutations(*root, [&](const std::string& what, const Json& document) {
            if (is_below(what, c.left_out)) return;
            CAPTURE(what);
            const Plan plan = plan_of(c.path, ordered_json_text(document));
            const bool another = !plan.bypass.empty() || plan.canonical != original;
            CHECK(another);
            ++mutations;
        }).run();
        CHECK(mutations > 5);
    }
}

TEST_CASE("What is left out never changes the key", "[providers][plan]") {
    for (const Case& c : cases()) {
        CAPTURE(c.path);
        const Plan original = plan_of(c.path, c.body);
        const auto root = parse_json_as_written(c.body);
        REQUIRE(root);
        for (const std::string& name : c.left_out) {
            CAPTURE(name);
            CHECK(std::count(original.left_out.begin(), original.left_out.end(), name) == 1);
            Json document = *root;
            REQUIRE(document.erase(name) == 1);
            CHECK(plan_of(c.path, ordered_json_text(document)).canonical == original.canonical);
        }
    }
}

TEST_CASE("The query and the keyed headers are part of the key", "[providers][plan]") {
    const auto canonical = [](std::string query, auto headers) {
        Request request;
        request.method = "POST";
        request.path = kChatPath;
        request.content_type = "application/json; charset=UTF-8";
        request.body = R"({"model":"m","messages":[]})";
        request.query = std::move(query);
        request.keyed_headers = std::move(headers);
        return openai_endpoint("POST", kChatPath)->plan(request, {}).canonical;
    };
    using Headers = std::vector<std::pair<std::string, std::string>>;
    const std::string plain = canonical("", Headers{});
    CHECK(plain == R"({"body":{"messages":[],"model":"m"}})");
    CHECK(canonical("beta=true", Headers{}) != plain);
    CHECK(canonical("a=1&b=2", Headers{}) == canonical("b=2&a=1", Headers{}));
    CHECK(canonical("a=1&a=2", Headers{}) != canonical("a=2&a=1", Headers{}));
    CHECK(canonical("a=1", Headers{}) != canonical("", Headers{{"a", "1"}}));
    CHECK(canonical("", Headers{{"openai-project", "p"}}) !=
          canonical("", Headers{{"openai-organization", "p"}}));
    CHECK(canonical("", Headers{{"openai-beta", "x"}}) != plain);
}

}  // namespace refrain::providers::openai
