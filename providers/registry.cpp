#include "providers/registry.hpp"

#include "providers/google/endpoints.hpp"
#include "providers/openai/endpoints.hpp"

#include <array>

namespace refrain::providers {

namespace {

struct Route {
    std::string_view method;
    std::string_view path;
    const Endpoint& (*endpoint)();
};

constexpr std::array kRoutes{
    Route{"POST", "/v1/chat/completions", &openai::chat},
    Route{"POST", "/v1/responses", &openai::responses},
    Route{"POST", "/v1/completions", &openai::completions},
    Route{"POST", "/v1/embeddings", &openai::embeddings},
    Route{"POST", "/v1/moderations", &openai::moderation},
    Route{"POST", "/v1/images/generations", &openai::images},
    Route{"POST", "/v1/audio/transcriptions", &openai::transcription},
    Route{"POST", "/v1/audio/translations", &openai::translation},
    Route{"POST", "/v1/audio/speech", &openai::speech},
    Route{"GET", "/v1/models", &openai::catalog},
};

}  // namespace

const Endpoint* openai_endpoint(std::string_view method, std::string_view path) noexcept {
    for (const Route& route : kRoutes) {
        if (route.path == path && route.method == method) return &route.endpoint();
    }
    return nullptr;
}

const Endpoint* google_endpoint(std::string_view method, std::string_view path) noexcept {
    return google::endpoint(method, path);
}

}  // namespace refrain::providers
