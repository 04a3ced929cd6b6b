#include "control/dashboard.hpp"

#include "control/embedded.hpp"
#include "http/writer.hpp"

#include <algorithm>
#include <array>

namespace refrain::control {

namespace {

constexpr std::string_view kHome = "/refrain/";
constexpr std::string_view kAssets = "/refrain/assets/";

// Nothing runs, shows or is asked for but what comes from here; blob: plays fetched audio.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

struct Kind {
    std::string_view suffix;
    std::string_view content_type;
};
constexpr std::array kKinds{
    Kind{".html", "text/html; charset=utf-8"},
    Kind{".js", "text/javascript; charset=utf-8"},
    Kind{".css", "text/css; charset=utf-8"},
    Kind{".svg", "image/svg+xml"},
};

std::string_view content_type_of(std::string_view name) {
    const auto named = [&](const Kind& kind) { return name.ends_with(kind.suffix); };
    const auto* kind = std::find_if(kKinds.begin(), kKinds.end(), named);
    return kind == kKinds.end() ? "application/octet-stream" : kind->content_type;
}

std::string_view name_of(std::string_view path) {
    if (path == kHome) return "index.html";
    return path.starts_with(kAssets) ? path.substr(kAssets.size()) : std::string_view{};
}

std::string_view path_of(const http::RequestHead& request) {
    return request.target.substr(0, request.target.find('?'));
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// RFC 9110 13.1.2: weak comparison. Our tags hold no comma.
bool is_held(std::string_view if_none_match, std::string_view etag) {
    while (!if_none_match.empty()) {
        const auto comma = std::min(if_none_match.find(','), if_none_match.size());
        std::string_view tag = trimmed(if_none_match.substr(0, comma));
        if_none_match.remove_prefix(std::min(comma + 1, if_none_match.size()));
        if (tag == "*") return true;
        if (tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag == etag) return true;
    }
    return false;
}

void guard(http::HeadWriter& writer) {
    writer.field("Content-Security-Policy", kContentSecurityPolicy)
        .field("X-Content-Type-Options", "nosniff")
        .field("Referrer-Policy", "no-referrer")
        .field("Cross-Origin-Resource-Policy", "same-origin");
}

}  // namespace

std::optional<Asset> dashboard_asset(std::string_view path) {
    const auto name = name_of(path);
    const auto files = embedded_files();
    const auto named = [&](const EmbeddedFile& file) { return file.name == name; };
    const auto file = std::find_if(files.begin(), files.end(), named);
    if (file == files.end()) return std::nullopt;
    return Asset{
        content_type_of(name), file->bytes, "\"" + std::string(file->sha256.substr(0, 32)) + "\""};
}

bool is_dashboard(std::string_view path) {
    return path == "/refrain" || dashboard_asset(path).has_value();
}

std::string_view dashboard_answer(const http::RequestHead& request, std::string& head) {
    http::HeadWriter writer(head);
    if (request.method != "GET" && request.method != "HEAD") {
        writer.status(405).field("Allow", "GET, HEAD");
        guard(writer);
        return {};
    }
    const auto asset = dashboard_asset(path_of(request));
    if (!asset) {
        writer.status(308).field("Location", kHome);
        guard(writer);
        return {};
    }
    const auto condition = request.fields.find("if-none-match");
    const bool held = condition && is_held(*condition, asset->etag);
    writer.status(held ? 304 : 200).field("ETag", asset->etag).field("Cache-Control", "no-cache");
    guard(writer);
    if (held) return {};
    writer.field("Content-Type", asset->content_type);
    return asset->body;
}

}  // namespace refrain::control
