#include "cache/key.hpp"

#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/printable.hpp"
#include "providers/endpoint.hpp"
#include "providers/json.hpp"
#include "providers/registry.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace refrain::cli {

namespace {

using providers::Json;

constexpr std::string_view kNote =
    "A running gateway puts the caller's credential or tenant in the place of the scope, and adds "
    "X-Refrain-Variant, OpenAI-Beta, OpenAI-Organization and OpenAI-Project where they are sent.";

struct Explanation {
    providers::Plan plan;
    std::string upstream;
    std::string scope;
    std::string key;  // "" if not memoized
};

providers::Request request_of(const KeyOptions& options, std::string_view body) {
    providers::Request request;
    request.method = "POST";
    const auto question = std::min(options.path.find('?'), options.path.size());
    request.path = options.path.substr(0, question);
    if (question < options.path.size()) request.query = options.path.substr(question + 1);
    request.content_type = options.content_type;
    // The media type without case; parameters such as a boundary keep theirs.
    const auto end = std::min(request.content_type.find(';'), request.content_type.size());
    for (char& c : request.content_type) {
        if (&c == request.content_type.data() + end) break;
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    request.body = body;
    return request;
}

// Who would be asked, by the path: the upstreams' own names.
std::string upstream_of(const providers::Endpoint& endpoint, std::string_view path) {
    if (&endpoint == providers::openai_endpoint("POST", path)) return "openai";
    if (path.ends_with("/text:synthesize")) return "google_tts";
    return path.ends_with(":recognize") ? "google_stt" : "gemini";
}

Explanation explain(const providers::Endpoint& endpoint,
                    const KeyOptions& options,
                    std::string_view body) {
    Explanation out;
    out.plan = endpoint.plan(request_of(options, body), {});
    out.upstream = config::default_upstreams()
                       .at(upstream_of(endpoint, options.path.substr(0, options.path.find('?'))))
                       .base_url;
    out.scope = options.scope;
    if (!out.plan.bypass.empty()) return out;
    out.key = cache::derive_key({.operation = providers::name(out.plan.operation),
                                 .upstream = out.upstream,
                                 .scope = out.scope,
                                 .variant = "",
                                 .canonical = out.plan.canonical})
                  .hex();
    return out;
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names)
        out += (out.empty() ? "" : ", ") + name;
    return out.empty() ? "nothing" : out;
}

void print_text(const Explanation& it, Console& console) {
    const auto line = [&](const char* label, std::string_view value) {
        console.out << label << printable(value) << '\n';
    };
    line("operation  ", providers::name(it.plan.operation));
    line("model      ", it.plan.model.empty() ? "none" : it.plan.model);
    line("form       ", it.plan.wanted_form);
    line("upstream   ", it.upstream);
    line("scope      ", it.scope);
    line("left out   ", joined(it.plan.left_out));
    line("canonical  ", it.plan.canonical);
    line("key        ", it.key);
    console.out << '\n' << kNote << '\n';
}

void print_json(const Explanation& it, Console& console) {
    Json object;
    object["memoized"] = true;
    object["operation"] = providers::name(it.plan.operation);
    object["model"] = it.plan.model;
    object["form"] = it.plan.wanted_form;
    object["upstream"] = it.upstream;
    object["scope"] = it.scope;
    object["left_out"] = it.plan.left_out;
    object["canonical"] = it.plan.canonical;
    object["key"] = it.key;
    object["note"] = kNote;
    console.out << object.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

int not_memoized(const std::string& reason, const KeyOptions& options, Console& console) {
    if (options.json) {
        Json object;
        object["memoized"] = false;
        object["reason"] = reason;
        console.out << object.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    } else {
        console.out << "not memoized: " << printable(reason) << '\n';
    }
    return kDone;
}

}  // namespace

int key(const KeyOptions& options, Console& console) {
    if (!options.path.starts_with('/')) {
        console.complain("--path " + options.path +
                         " is no path; write one such as /v1/chat/completions");
        return kWrongUsage;
    }
    auto body = Input::open(options.file, console).and_then([](Input input) {
        return input.read_all(config::Server{}.max_body_bytes);
    });
    if (!body) {
        console.complain(body.error().message);
        return kFailed;
    }
    const providers::Request request = request_of(options, *body);
    const providers::Endpoint* endpoint = providers::openai_endpoint(request.method, request.path);
    if (endpoint == nullptr) {
        endpoint = providers::google_endpoint(request.method, request.path);
    }
    if (endpoint == nullptr) {
        return not_memoized("POST " + request.path + " is passed through", options, console);
    }
    const Explanation explanation = explain(*endpoint, options, *body);
    if (explanation.key.empty()) return not_memoized(explanation.plan.bypass, options, console);
    if (options.json) {
        print_json(explanation, console);
    } else {
        print_text(explanation, console);
    }
    return kDone;
}

}  // namespace refrain::cli
