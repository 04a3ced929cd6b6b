#include "upstream/address.hpp"

#include "http/characters.hpp"

#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace refrain::upstream {

namespace {

constexpr std::string_view kHostBytes = "abcdefghijklmnopqrstuvwxyz0123456789.-_";

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), http::to_lower);
    return out;
}

tl::unexpected<Error> refuse(std::string_view url, std::string_view why) {
    return failure(ErrorCode::malformed,
                   Origin::gateway,
                   "base URL \"" + std::string(url) + "\": " + std::string(why));
}

// A name or an IPv4 address: what may stand in a Host field without escapes.
bool is_host(std::string_view host) noexcept {
    return !host.empty() && host.size() <= 253 && host.front() != '.' && host.front() != '-' &&
           host.find_first_not_of(kHostBytes) == std::string_view::npos &&
           host.find("..") == std::string_view::npos;
}

bool is_ipv6(const std::string& host) {
    boost::system::error_code error;
    boost::asio::ip::make_address_v6(host, error);
    return !error && host.find('%') == std::string::npos;
}

bool is_port(std::string_view text, std::uint16_t& port) noexcept {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port != 0;
}

// Visible ASCII that stays a path when something is appended, and that no server would fold.
bool is_path(std::string_view path) noexcept {
    const auto visible = [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; };
    return std::all_of(path.begin(), path.end(), visible) &&
           (std::string(path) + "/").find("/../") == std::string::npos &&
           (std::string(path) + "/").find("/./") == std::string::npos;
}

struct Authority {
    std::string host;
    std::string_view port;  // "" if none was given
    bool sound = false;
};

Authority split_authority(std::string_view text) {
    Authority parts;
    std::string_view rest;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return parts;
        parts.host = lower_case(text.substr(1, close - 1));
        parts.sound = is_ipv6(parts.host);
        rest = text.substr(close + 1);
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        parts.host = lower_case(text.substr(0, colon));
        parts.sound = is_host(parts.host);
        rest = text.substr(colon);
    }
    if (rest.empty()) return parts;
    parts.port = rest.substr(1);
    parts.sound = parts.sound && rest.front() == ':' && !parts.port.empty();
    return parts;
}

}  // namespace

std::string Address::authority() const {
    std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != (tls ? 443 : 80)) out += ":" + std::to_string(port);
    return out;
}

Result<Address> parse_base_url(std::string_view url) {
    const auto colon = url.find("://");
    const std::string scheme = lower_case(url.substr(0, std::min(colon, url.size())));
    if (colon == std::string_view::npos || (scheme != "http" && scheme != "https")) {
        return refuse(url, "it must begin with http:// or https://");
    }
    Address address;
    address.tls = scheme == "https";
    address.port = address.tls ? 443 : 80;

    std::string_view rest = url.substr(colon + 3);
    if (rest.find_first_of("?#") != std::string_view::npos) {
        return refuse(url, "it may not have a query or a fragment");
    }
    const auto slash = std::min(rest.find('/'), rest.size());
    const std::string_view authority = rest.substr(0, slash);
    if (authority.find('@') != std::string_view::npos) {
        return refuse(url.substr(0, colon + 3), "it may not hold a user name or a password");
    }
    auto parts = split_authority(authority);
    if (!parts.sound) return refuse(url, "its host is not a name or an address");
    if (!parts.port.empty() && !is_port(parts.port, address.port)) {
        return refuse(url, "its port is not a number from 1 to 65535");
    }
    std::string_view path = rest.substr(slash);
    while (path.ends_with('/'))
        path.remove_suffix(1);
    if (!is_path(path)) return refuse(url, "its path holds bytes or segments no path may have");
    address.host = std::move(parts.host);
    address.base_path = path;
    return address;
}

}  // namespace refrain::upstream
