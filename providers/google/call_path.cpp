#include "providers/google/call_path.hpp"

#include <array>

namespace refrain::providers::google {

namespace {

// Whether the segments are equal, "*" standing for any that is not empty.
bool matches(std::string_view pattern, std::string_view path) noexcept {
    for (;;) {
        const std::string_view wanted = pattern.substr(0, pattern.find('/'));
        const std::string_view given = path.substr(0, path.find('/'));
        if (given.empty() || (wanted != "*" && wanted != given)) return false;
        const bool is_last = wanted.size() == pattern.size();
        if (is_last || given.size() == path.size()) return is_last && given.size() == path.size();
        pattern.remove_prefix(wanted.size() + 1);
        path.remove_prefix(given.size() + 1);
    }
}

constexpr std::array<std::string_view, 6> kResources{
    "models/*",
    "tunedModels/*",
    "dynamic/*",
    "publishers/*/models/*",
    "projects/*/locations/*/publishers/*/models/*",
    "projects/*/locations/*/endpoints/*",
};

bool is_version(std::string_view version) noexcept {
    return version == "v1" || version == "v1beta" || version == "v1alpha" || version == "v1beta1";
}

}  // namespace

std::optional<CallPath> parse_call_path(std::string_view path) noexcept {
    if (!path.starts_with('/')) return std::nullopt;
    path.remove_prefix(1);
    const auto slash = path.find('/');
    const auto colon = path.rfind(':');
    if (slash == path.npos || colon == path.npos || colon < slash) return std::nullopt;
    const CallPath call{
        path.substr(0, slash), path.substr(slash + 1, colon - slash - 1), path.substr(colon + 1)};
    if (!is_version(call.version) || call.method.find('/') != path.npos) return std::nullopt;
    for (const auto pattern : kResources) {
        if (matches(pattern, call.resource)) return call;
    }
    return std::nullopt;
}

bool CallPath::is_vertex() const noexcept {
    return resource.starts_with("projects/") || resource.starts_with("publishers/");
}

std::string CallPath::model() const {
    constexpr std::string_view kModels = "models/";
    const auto at = resource.rfind(kModels);
    const bool is_plain = at == 0 || (at != resource.npos && resource[at - 1] == '/');
    return std::string(is_plain ? resource.substr(at + kModels.size()) : resource);
}

}  // namespace refrain::providers::google
