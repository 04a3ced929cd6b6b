#include "gateway/route.hpp"

#include "gateway/google_route.hpp"
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

// The query without the parameters whose name, decoded, is left out; as written otherwise.
template <class LeftOut>
std::string without(std::string_view query, LeftOut is_left_out) {
    std::string kept;
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        const std::string_view name = pair.substr(0, pair.find('='));
        if (!pair.empty() && !is_left_out(http::decode_form(name))) {
            if (!kept.empty()) kept.push_back('&');
            kept.append(pair);
        }
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    }
    return kept;
}

// The same of a target, which keeps its path.
template <class LeftOut>
std::string target_without(std::string_view target, LeftOut is_left_out) {
    const auto mark = target.find('?');
    std::string kept(target.substr(0, mark));
    if (mark == target.npos) return kept;
    const std::string query = without(target.substr(mark + 1), is_left_out);
    if (!query.empty()) kept.append("?").append(query);
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
    route.query = without(route.query, is_deliver);
    route.target = target_without(route.target, is_deliver);
}

// The upstream of a path without a mount, null if there is none.
const Upstream* upstream_by_path(const http::RequestHead& head,
                                 const http::Target& target,
                                 const Upstreams& upstreams) {
    const bool is_google = has_google_credential(head, target.query);
    const Upstream* google = google_upstream(head.method, target.path, is_google, upstreams);
    if (google != nullptr || is_google_path(head.method, target.path)) return google;
    return target.path.starts_with("/v1/") ? upstreams.find("openai") : nullptr;
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

// Gemini streams as one array, unless it is asked for events.
Dialect google_dialect(std::string_view path, std::string_view query) {
    if (!path.ends_with("streamGenerateContent")) return Dialect::google;
    const auto parameters = http::parse_query(query);
    const bool events = std::any_of(parameters.begin(), parameters.end(), [](const auto& pair) {
        return pair.first == "alt" && pair.second == "sse";
    });
    return events ? Dialect::google : Dialect::google_array;
}

// By the format of the upstream, and of the path: Google's servers speak OpenAI's too.
void choose_endpoint(Route& route, std::string_view method) {
    const bool is_openai = route.upstream->kind == config::UpstreamKind::openai;
    const auto compatible =
        is_openai ? std::optional(route.path) : openai_compatible_path(route.path);
    route.dialect = compatible ? Dialect::openai : google_dialect(route.path, route.raw_query());
    route.endpoint = compatible ? providers::openai_endpoint(method, *compatible)
                                : providers::google_endpoint(method, route.path);
}

}  // namespace

bool is_control_path(std::string_view target) noexcept {
    const auto path = target.substr(0, target.find('?'));
    return path == "/refrain" || path.starts_with("/refrain/") || path == "/metrics";
}

Dialect dialect_of(std::string_view target) noexcept {
    const auto path = target.substr(0, target.find('?'));
    const bool google =
        starts_with_any(path,
                        {"/gemini/", "/google-", "/v1beta", "/v1alpha", "/v1p1beta1/", "/v2/"}) ||
        path.rfind(':') != std::string_view::npos || path.find("%3A") != std::string_view::npos ||
        path.find("%3a") != std::string_view::npos;
    const bool compatible = path.find("/openai/") != std::string_view::npos;
    if (!google || compatible) return Dialect::openai;
    return google_dialect(path, target.substr(std::min(path.size() + 1, target.size())));
}

std::string_view Route::raw_query() const {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string_view{}
                                     : std::string_view(target).substr(mark + 1);
}

std::string without_credentials(std::string_view target) {
    return target_without(target, is_google_credential_parameter);
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
    const std::string name = take_mount(route.path, route.target);
    route.mounted = !name.empty();
    route.upstream =
        route.mounted ? upstreams.find(name) : upstream_by_path(head, *target, upstreams);
    if (route.upstream == nullptr) {
        return failure(ErrorCode::not_found,
                       Origin::client,
                       "no provider has the path " + target->path.substr(0, 200) +
                           "; use /v1/… for OpenAI, /v1beta/… for Google, or /up/NAME/… for a "
                           "configured upstream (Vertex AI: one with the host of its region)");
    }
    choose_endpoint(route, head.method);
    if (route.endpoint != nullptr && has_deliver(route.raw_query())) take_deliver(route);
    return route;
}

Route route_for_model(const Route& route, const Upstreams& upstreams, std::string_view model) {
    if (route.mounted) return route;
    Route other = route;
    const Upstream* claimed = upstreams.find_for_model(model);
    if (claimed != nullptr) {
        // It has to understand the request as it is.
        if (claimed->kind == route.upstream->kind) other.upstream = claimed;
        return other;
    }
    const Upstream* gemini = upstreams.find("gemini");
    const bool is_gemini = model.starts_with("gemini-") || model.starts_with("models/gemini-");
    const bool is_plain_openai = route.upstream == upstreams.find("openai");
    const auto target = google_compatible_target(route.target);
    if (gemini == nullptr || !is_gemini || !is_plain_openai || !target) return route;
    other.upstream = gemini;
    other.target = *target;
    return other;
}

}  // namespace refrain::gateway
