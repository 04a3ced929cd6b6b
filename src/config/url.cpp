#include "config/url.hpp"

#include "config/config.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace refrain::config {

namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHostCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

tl::unexpected<std::string> complaint(std::string text) {
    return tl::unexpected<std::string>(std::move(text));
}

bool is_address(int family, std::string_view text) {
    in6_addr bytes{};
    return inet_pton(family, std::string(text).c_str(), &bytes) == 1;
}

// A name, an IPv4 address, or an IPv6 address that stood in brackets.
bool is_host(std::string_view text, bool bracketed) {
    if (bracketed) return is_address(AF_INET6, text);
    if (text.empty() || text.size() > 253) return false;
    if (text.find_first_not_of(kHostCharacters) != text.npos) return false;
    const bool looks_like_ipv4 = text.find_first_not_of("0123456789.") == text.npos;
    return !looks_like_ipv4 || is_address(AF_INET, text);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    if (text.empty() || text.find_first_not_of(kDigits) != text.npos) return std::nullopt;
    const auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (fault != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
    return port;
}

struct Authority {
    std::string_view host;
    std::string_view port;  // "" without a colon
    bool bracketed = false;
    bool has_colon = false;
};

// Cuts "host:port" and "[v6]:port"; absent if the brackets make no sense.
std::optional<Authority> split_authority(std::string_view text) {
    Authority out;
    std::string_view rest;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == text.npos) return std::nullopt;
        out.bracketed = true;
        out.host = text.substr(1, end - 1);
        rest = text.substr(end + 1);
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        out.host = text.substr(0, colon);
        rest = text.substr(colon);
    }
    if (rest.empty()) return out;
    if (rest.front() != ':') return std::nullopt;
    out.has_colon = true;
    out.port = rest.substr(1);
    return out;
}

}  // namespace

tl::expected<Url, std::string> parse_url(std::string_view text) {
    const bool plain = std::all_of(
        text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
    const auto colon = text.find("://");
    if (!plain || colon == text.npos || colon == 0) {
        return complaint(
            "is not a URL; write scheme://host, with :port if it is not the usual one");
    }
    if (text.find('?') != text.npos) return complaint("has a query; leave out all from \"?\" on");
    if (text.find('#') != text.npos)
        return complaint("has a fragment; leave out all from \"#\" on");

    Url url;
    url.scheme = std::string(text.substr(0, colon));
    std::transform(url.scheme.begin(), url.scheme.end(), url.scheme.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    text.remove_prefix(colon + 3);
    const auto slash = std::min(text.find('/'), text.size());
    url.path = std::string(text.substr(slash));
    text = text.substr(0, slash);
    if (const auto at = text.rfind('@'); at != text.npos) {
        url.has_user_info = true;
        text.remove_prefix(at + 1);
    }
    const auto authority = split_authority(text);
    if (!authority || !is_host(authority->host, authority->bracketed)) {
        return complaint("has no valid host; write scheme://host, an IPv6 address in brackets");
    }
    url.host = std::string(authority->host);
    if (authority->has_colon) {
        const auto port = parse_port(authority->port);
        if (!port || *port == 0) return complaint("has no valid port; write one from 1 to 65535");
        url.port = *port;
    }
    return url;
}

tl::expected<HostAndPort, std::string> parse_listen(std::string_view text) {
    constexpr auto kFix =
        "is not an address to listen on; write HOST:PORT such as "
        "\"127.0.0.1:8080\", \"0.0.0.0:8080\" or \"[::1]:8080\"";
    const auto authority = split_authority(text);
    if (!authority || !authority->has_colon || !is_host(authority->host, authority->bracketed)) {
        return complaint(kFix);
    }
    const auto port = parse_port(authority->port);
    if (!port) return complaint(kFix);
    return HostAndPort{std::string(authority->host), *port};
}

std::string format_listen(std::string_view host, std::uint16_t port) {
    const bool ipv6 = host.find(':') != host.npos;
    const std::string name = ipv6 ? "[" + std::string(host) + "]" : std::string(host);
    return name + ":" + std::to_string(port);
}

std::string masked_url(std::string_view url) {
    const auto scheme_end = url.find("://");
    const std::size_t start = scheme_end == url.npos ? 0 : scheme_end + 3;
    // The last "@", as a password may hold one itself.
    const auto at = url.rfind('@');
    std::string out(url);
    if (at != url.npos && at >= start)
        out = std::string(url.substr(0, start)) + "***" + out.substr(at);
    if (const auto query = out.find('?'); query != out.npos) {
        out.resize(query + 1);
        out += "***";
    }
    return out;
}

}  // namespace refrain::config
