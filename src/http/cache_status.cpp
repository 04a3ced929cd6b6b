#include "http/cache_status.hpp"

#include "http/characters.hpp"
#include "http/writer.hpp"

#include <algorithm>

namespace refrain::http {

namespace {

// RFC 8941 3.3.1.
constexpr std::int64_t kMaxInteger = 999'999'999'999'999;

// RFC 8941 3.3.4: a token, with ":" and "/", that begins with a letter or "*".
bool is_sf_token(std::string_view text) noexcept {
    if (text.empty()) return false;
    const char first = to_lower(text.front());
    if (first != '*' && (first < 'a' || first > 'z')) return false;
    for (const char c : text) {
        if (!is_in(c, Characters::token) && c != ':' && c != '/') return false;
    }
    return true;
}

// RFC 8941 3.3.3. What a string cannot hold becomes "?".
void append_sf_string(std::string& out, std::string_view text) {
    const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
    out.push_back('"');
    if (std::all_of(text.begin(), text.end(), is_plain)) {
        out.append(text);
    } else {
        for (const char c : text) {
            const bool printable = c >= 0x20 && c < 0x7f;
            if (c == '"' || c == '\\') out.push_back('\\');
            out.push_back(printable ? c : '?');
        }
    }
    out.push_back('"');
}

}  // namespace

std::string_view name(Forwarded why) noexcept {
    switch (why) {
        case Forwarded::bypass: return "bypass";
        case Forwarded::method: return "method";
        case Forwarded::uri_miss: return "uri-miss";
        case Forwarded::vary_miss: return "vary-miss";
        case Forwarded::miss: return "miss";
        case Forwarded::request: return "request";
        case Forwarded::stale: return "stale";
        case Forwarded::partial: return "partial";
    }
    return "miss";
}

std::string CacheStatus::member() const {
    std::string out;
    append_to(out);
    return out;
}

void CacheStatus::append_to(std::string& out) const {
    out += "refrain";
    if (hit) {
        out += "; hit";
    } else if (fwd) {
        out.append("; fwd=").append(name(*fwd));
        if (fwd_status) out.append("; fwd-status=").append(std::to_string(*fwd_status));
        if (stored) out += "; stored";
        if (collapsed) out += *collapsed ? "; collapsed" : "; collapsed=?0";
    }
    if (ttl) {
        out.append("; ttl=").append(std::to_string(std::clamp(*ttl, -kMaxInteger, kMaxInteger)));
    }
    if (!key.empty()) {
        out += "; key=";
        append_sf_string(out, key);
    }
    if (!detail.empty()) {
        out += "; detail=";
        if (is_sf_token(detail)) {
            out += detail;
        } else {
            append_sf_string(out, detail);
        }
    }
}

std::string CacheStatus::after(std::string_view upstream) const {
    const std::string_view theirs = trim(upstream);
    if (theirs.empty() || !is_field_value(theirs)) return member();
    return std::string(theirs) + ", " + member();
}

}  // namespace refrain::http
