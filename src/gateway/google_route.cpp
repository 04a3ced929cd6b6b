#include "gateway/google_route.hpp"

#include "http/target.hpp"

namespace refrain::gateway {

namespace {

constexpr std::string_view kCompatible = "/v1beta/openai/";
constexpr std::string_view kOpenAI = "/v1/";

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
    for (const auto prefix : prefixes) {
        if (text.starts_with(prefix)) return true;
    }
    return false;
}

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> suffixes) {
    for (const auto suffix : suffixes) {
        if (text.ends_with(suffix)) return true;
    }
    return false;
}

// What follows "/v1/" or another version.
std::string_view after_version(std::string_view path) noexcept {
    const auto slash = path.find('/', 1);
    return slash == path.npos ? std::string_view{} : path.substr(slash + 1);
}

bool is_version(std::string_view path) noexcept {
    return starts_with_any(path, {"/v1/", "/v1beta/", "/v1alpha/", "/v1beta1/"});
}

bool is_text_to_speech(std::string_view path) noexcept {
    return ends_with_any(path, {"/text:synthesize", ":synthesizeLongAudio"}) ||
           path == "/v1/voices" || path == "/v1beta1/voices";
}

bool is_speech_to_text(std::string_view path) noexcept {
    return ends_with_any(path, {"/speech:recognize", "/speech:longrunningrecognize"}) ||
           starts_with_any(path, {"/v2/projects/", "/v2/operations", "/v1p1beta1/"});
}

// Vertex AI: "projects/p/locations/us-central1/…", or "publishers/google/…" with a key alone.
bool is_vertex(std::string_view path) noexcept {
    if (!is_version(path)) return false;
    const std::string_view rest = after_version(path);
    return rest.starts_with("publishers/") ||
           (rest.starts_with("projects/") && rest.find("/locations/") != rest.npos);
}

// The host that serves a Vertex AI path: each region has its own.
std::string vertex_host(std::string_view path) {
    constexpr std::string_view kHost = "aiplatform.googleapis.com";
    constexpr std::string_view kLocations = "/locations/";
    const auto at = path.find(kLocations);
    if (at == path.npos) return std::string(kHost);
    std::string_view region = path.substr(at + kLocations.size());
    region = region.substr(0, region.find('/'));
    if (region == "global") return std::string(kHost);
    return std::string(region) + "-" + std::string(kHost);
}

// Google's calls end in ":method". OpenAI has colons only in the names of models, which are never
// posted to.
bool is_model_call(std::string_view method, std::string_view path) noexcept {
    return method == "POST" &&
           starts_with_any(path, {"/v1/models/", "/v1/tunedModels/", "/v1/dynamic/"}) &&
           path.rfind(':') != path.npos;
}

bool is_gemini(std::string_view method, std::string_view path) noexcept {
    return starts_with_any(path, {"/v1beta/", "/v1alpha/", "/upload/v1beta/"}) ||
           is_model_call(method, path);
}

}  // namespace

bool is_google_credential_parameter(std::string_view name) noexcept {
    return name == "key" || name == "access_token" || name == "oauth_token";
}

bool has_google_credential(const http::RequestHead& head, std::string_view query) {
    constexpr std::string_view kGoogleToken = "Bearer ya29.";
    if (head.fields.has("x-goog-api-key")) return true;
    if (head.fields.find("authorization").value_or("").starts_with(kGoogleToken)) return true;
    for (const auto& [name, value] : http::parse_query(query)) {
        if (is_google_credential_parameter(name) && !value.empty()) return true;
    }
    return false;
}

const Upstream* google_upstream(std::string_view method,
                                std::string_view path,
                                bool has_google_credential,
                                const Upstreams& upstreams) {
    if (is_text_to_speech(path)) return upstreams.find("google_tts");
    if (is_speech_to_text(path)) return upstreams.find("google_stt");
    if (is_vertex(path)) return upstreams.find_host(vertex_host(path));
    if (is_gemini(method, path)) return upstreams.find("gemini");
    if (path.starts_with(kOpenAI) && has_google_credential) return upstreams.find("gemini");
    return nullptr;
}

bool is_google_path(std::string_view method, std::string_view path) noexcept {
    return is_text_to_speech(path) || is_speech_to_text(path) || is_vertex(path) ||
           is_gemini(method, path);
}

std::optional<std::string> openai_compatible_path(std::string_view path) {
    if (!path.starts_with(kCompatible)) return std::nullopt;
    return std::string(kOpenAI) + std::string(path.substr(kCompatible.size()));
}

std::optional<std::string> google_compatible_target(std::string_view target) {
    if (!target.starts_with(kOpenAI)) return std::nullopt;
    return std::string(kCompatible) + std::string(target.substr(kOpenAI.size()));
}

}  // namespace refrain::gateway
