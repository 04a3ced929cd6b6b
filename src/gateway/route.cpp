#include "gateway/route.hpp"

#include "http/target.hpp"

#include <algorithm>
#include <array>

namespace refrain::gateway {

namespace {

using providers::Dialect;

struct Mount {
    std::string_view prefix;
    std::string_view upstream;
};

constexpr std::array kMounts{
    Mount{"/openai/", "openai"},
    Mount{"/gemini/", "gemini"},
    Mount{"/google-tts/", "google_tts"},
    Mount{"/google-stt/", "google_stt"},
};

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

bool is_google_credential_parameter(std::string_view name) {
    return name == "key" || name == "access_token" || name == "oauth_token";
}

// The upstream a path without a mount belongs to, "" if to none.
std::string_view upstream_by_path(std::string_view path, bool google_credential) {
    if (ends_with_any(path, {"/text:synthesize"}) || path == "/v1/voices" ||
        path == "/v1beta1/voices") {
        return "google_tts";
    }
    if (ends_with_any(path, {"/speech:recognize", "/speech:longrunningrecognize"})) {
        return "google_stt";
    }
    if (path.starts_with("/v2/") && path.find("/recognizers/") != std::string_view::npos) {
        return "google_stt";
    }
    if (starts_with_any(path, {"/v1beta/", "/v1alpha/", "/upload/v1beta/"})) return "gemini";
    if (!path.starts_with("/v1/")) return "";
    // Google's calls end in ":method"; OpenAI has no colon in the last segment of its own paths.
    const bool google_method = starts_with_any(path, {"/v1/models/", "/v1/tunedModels/"}) &&
                               path.rfind(':') != std::string_view::npos;
    if (google_method || google_credential) return "gemini";
    return "openai";
}

// The query without the parameters whose name is left out, as written otherwise.
template <class LeftOut>
std::string without(std::string_view query, LeftOut is_left_out) {
    std::string kept;
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        const std::string_view name = pair.substr(0, pair.find('='));
        if (!pair.empty() && !is_left_out(name)) {
            if (!kept.empty()) kept.push_back('&');
            kept.append(pair);
        }
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    }
    return kept;
}

bool has_deliver(std::string_view query) {
    return query.starts_with("deliver=") || query.find("&deliver=") != std::string_view::npos;
}

// ?deliver= is for this gateway alone: neither the key nor the upstream sees it.
void take_deliver(Route& route) {
    for (const auto& [name, value] : http::parse_query(route.raw_query())) {
        if (name == "deliver") route.deliver = value;
    }
    const auto is_deliver = [](std::string_view name) { return name == "deliver"; };
    const std::string rest = without(route.raw_query(), is_deliver);
    route.query = without(route.query, is_deliver);
    route.target.resize(std::min(route.target.find('?'), route.target.size()));
    if (!rest.empty()) route.target.append("?").append(rest);
}

bool query_has_google_credential(std::string_view query) {
    for (const auto& [name, value] : http::parse_query(query)) {
        if (is_google_credential_parameter(name) && !value.empty()) return true;
    }
    return false;
}

// Takes a mount off the path. Returns the upstream it names, "" if there is none.
std::string take_mount(std::string& path, std::string& target) {
    const auto cut = [&](std::size_t length) {
        // A mount is plain ASCII, so it has the same length decoded and raw unless it was escaped.
        if (target.compare(0, length, path, 0, length) != 0) return false;
        path.erase(0, length);
        target.erase(0, length);
        return true;
    };
    for (const Mount& mount : kMounts) {
        if (path.starts_with(mount.prefix) && cut(mount.prefix.size() - 1)) {
            return std::string(mount.upstream);
        }
    }
    constexpr std::string_view kUp = "/up/";
    if (path.starts_with(kUp)) {
        const auto slash = path.find('/', kUp.size());
        if (slash != std::string::npos) {
            std::string name = path.substr(kUp.size(), slash - kUp.size());
            if (cut(slash)) return name;
        }
    }
    return "";
}

}  // namespace

bool is_control_path(std::string_view target) noexcept {
    const auto path = target.substr(0, target.find('?'));
    return path == "/refrain" || path.starts_with("/refrain/") || path == "/metrics";
}

Dialect dialect_of(std::string_view target) noexcept {
    const auto path = target.substr(0, target.find('?'));
    const bool google =
        starts_with_any(path, {"/gemini/", "/google-", "/v1beta", "/v1alpha", "/v2/"}) ||
        path.rfind(':') != std::string_view::npos;
    const bool compatible = path.find("/openai/") != std::string_view::npos;
    return google && !compatible ? Dialect::google : Dialect::openai;
}

std::string_view Route::raw_query() const {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string_view{}
                                     : std::string_view(target).substr(mark + 1);
}

Result<Route> find_route(const http::RequestHead& head, const Upstreams& upstreams) {
    const auto target = http::parse_target(head.target);
    if (!target) {
        return failure(ErrorCode::malformed, Origin::client, "the request's path is not sound");
    }
    Route route;
    route.path = target->path;
    route.target = std::string(head.target);
    route.query = without(target->query, is_google_credential_parameter);
    std::string name = take_mount(route.path, route.target);
    route.mounted = !name.empty();
    if (!route.mounted) {
        const bool google =
            head.fields.has("x-goog-api-key") || query_has_google_credential(target->query);
        name = upstream_by_path(route.path, google);
    }
    route.upstream = upstreams.find(name);
    if (route.upstream == nullptr) {
        return failure(ErrorCode::not_found,
                       Origin::client,
                       "no provider has the path " + target->path.substr(0, 200) +
                           "; use /v1/… for OpenAI, /v1beta/… for Google, or /up/NAME/… for a "
                           "configured upstream");
    }
    const bool openai_format = route.upstream->kind == config::UpstreamKind::openai;
    route.dialect = openai_format ? Dialect::openai : Dialect::google;
    if (openai_format) {
        route.endpoint = providers::openai_endpoint(head.method, route.path);
    }
    if (route.endpoint != nullptr && has_deliver(route.raw_query())) take_deliver(route);
    return route;
}

}  // namespace refrain::gateway
