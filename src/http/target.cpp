#include "http/target.hpp"

#include "http/characters.hpp"

namespace refrain::http {

namespace {

constexpr std::string_view kUpperHex = "0123456789ABCDEF";

// The byte that the escape at the front stands for, or -1.
int escaped_byte(std::string_view text) noexcept {
    if (text.size() < 3) return -1;
    const int high = hex_value(text[1]);
    const int low = hex_value(text[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool holds_control_byte(std::string_view text) noexcept {
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (byte < 0x20 || byte == 0x7f) return true;
    }
    return false;
}

// On the decoded path, so that an escaped slash hides nothing.
bool has_dot_segment(std::string_view path) noexcept {
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const std::string_view segment = path.substr(0, path.find('/'));
        if (segment == "." || segment == "..") return true;
        path.remove_prefix(segment.size());
    }
    return false;
}

bool has_broken_escape(std::string_view text) noexcept {
    for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
        if (escaped_byte(text.substr(at)) < 0) return true;
    }
    return false;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
    if (!target.starts_with('/') || has_broken_escape(target)) return std::nullopt;
    const std::size_t mark = target.find('?');
    Target parsed;
    parsed.raw_path = target.substr(0, mark);
    if (mark != target.npos) parsed.query = target.substr(mark + 1);
    auto path = percent_decode(parsed.raw_path);
    if (!path || holds_control_byte(*path) || has_dot_segment(*path)) return std::nullopt;
    parsed.path = std::move(*path);
    return parsed;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (;;) {
        const std::size_t escape = text.find('%');
        decoded.append(text.substr(0, escape));
        if (escape == text.npos) return decoded;
        text.remove_prefix(escape);
        const int byte = escaped_byte(text);
        if (byte < 0) return std::nullopt;
        decoded.push_back(static_cast<char>(byte));
        text.remove_prefix(3);
    }
}

std::string percent_encode(std::string_view text) {
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (is_in(c, Characters::unreserved)) {
            encoded.push_back(c);
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(c);
        encoded.push_back('%');
        encoded.push_back(kUpperHex[byte >> 4]);
        encoded.push_back(kUpperHex[byte & 15]);
    }
    return encoded;
}

std::string decode_form(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int byte = text[at] == '%' ? escaped_byte(text.substr(at)) : -1;
        if (byte >= 0) {
            decoded.push_back(static_cast<char>(byte));
            at += 2;
        } else {
            decoded.push_back(text[at] == '+' ? ' ' : text[at]);
        }
    }
    return decoded;
}

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        const std::string_view value = equals == pair.npos ? "" : pair.substr(equals + 1);
        pairs.emplace_back(decode_form(pair.substr(0, equals)), decode_form(value));
    }
    return pairs;
}

}  // namespace refrain::http
