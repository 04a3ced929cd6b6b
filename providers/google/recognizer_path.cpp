#include "providers/google/recognizer_path.hpp"

namespace refrain::providers::google {

namespace {

constexpr std::string_view kSuffix = ":recognize";

std::string_view take_segment(std::string_view& path) noexcept {
    if (path.empty()) return {};
    path.remove_prefix(1);  // the slash
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

}  // namespace

bool is_recognizer_call(std::string_view path) noexcept {
    if (!path.starts_with('/') || !path.ends_with(kSuffix)) return false;
    path.remove_suffix(kSuffix.size());
    if (take_segment(path) != "v2") return false;
    for (const std::string_view collection : {"projects", "locations", "recognizers"}) {
        if (take_segment(path) != collection || take_segment(path).empty()) return false;
    }
    return path.empty();
}

bool names_recognizer(std::string_view path) noexcept {
    return !path.ends_with("/_:recognize");
}

}  // namespace refrain::providers::google
