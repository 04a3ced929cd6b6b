#include "providers/google/endpoints.hpp"

#include "providers/google/call_path.hpp"
#include "providers/google/recognizer_path.hpp"

#include <array>

namespace refrain::providers::google {

namespace {

struct Route {
    std::string_view method;
    std::string_view path;
    const Endpoint& (*endpoint)();
};

constexpr std::array kPaths{
    Route{"POST", "/v1/text:synthesize", &synthesize},
    Route{"POST", "/v1beta1/text:synthesize", &synthesize},
    Route{"GET", "/v1/voices", &voice_catalog},
    Route{"GET", "/v1beta1/voices", &voice_catalog},
    Route{"POST", "/v1/speech:recognize", &recognize},
    Route{"POST", "/v1p1beta1/speech:recognize", &recognize},
    Route{"GET", "/v1/models", &model_catalog},
    Route{"GET", "/v1beta/models", &model_catalog},
    Route{"GET", "/v1alpha/models", &model_catalog},
};

// The methods of a model.
struct Method {
    std::string_view name;
    const Endpoint& (*endpoint)();
};

constexpr std::array kMethods{
    Method{"generateContent", &generate_content},
    Method{"streamGenerateContent", &generate_content},
    Method{"countTokens", &count_tokens},
    Method{"embedContent", &embed_content},
    Method{"batchEmbedContents", &embed_content},
    Method{"predict", &predict},
};

}  // namespace

const Endpoint* endpoint(std::string_view method, std::string_view path) noexcept {
    for (const Route& route : kPaths) {
        if (route.path == path && route.method == method) return &route.endpoint();
    }
    if (method != "POST") return nullptr;
    if (is_recognizer_call(path)) return &recognize();
    const auto call = parse_call_path(path);
    if (!call) return nullptr;
    for (const Method& known : kMethods) {
        if (known.name == call->method) return &known.endpoint();
    }
    return nullptr;
}

}  // namespace refrain::providers::google
