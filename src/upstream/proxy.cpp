#include "upstream/proxy.hpp"

#include "base/text_code.hpp"
#include "http/fields.hpp"
#include "http/target.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <utility>

namespace refrain::upstream {

namespace {

namespace ip = boost::asio::ip;

struct Pattern {
    std::string_view host;
    std::string_view port;  // "" matches all
};

// "host", "host:port", "[v6]:port", or a bare IPv6 address, whose colons are its own.
Pattern split_port(std::string_view text) {
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return {text, {}};
        const auto rest = text.substr(close + 1);
        return {text.substr(1, close - 1), rest.starts_with(':') ? rest.substr(1) : rest};
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) {
        return {text, {}};
    }
    return {text.substr(0, colon), text.substr(colon + 1)};
}

bool network_holds(const std::string& network, const ip::address& address) {
    boost::system::error_code error;
    if (address.is_v4()) {
        const auto range = ip::make_network_v4(network, error);
        return !error && ip::network_v4(address.to_v4(), range.prefix_length()).canonical() ==
                             range.canonical();
    }
    const auto range = ip::make_network_v6(network, error);
    return !error &&
           ip::network_v6(address.to_v6(), range.prefix_length()).canonical() == range.canonical();
}

bool address_matches(const std::string& pattern, const ip::address& address) {
    if (pattern.find('/') != std::string::npos) return network_holds(pattern, address);
    boost::system::error_code error;
    return ip::make_address(pattern, error) == address && !error;
}

// "example.com" and ".example.com" both cover example.com and all below it.
bool name_matches(std::string_view pattern, std::string_view host) {
    if (pattern.starts_with('.')) pattern.remove_prefix(1);
    if (pattern.ends_with('.')) pattern.remove_suffix(1);
    if (host.ends_with('.')) host.remove_suffix(1);
    if (pattern.empty() || host.size() < pattern.size()) return false;
    const auto tail = host.size() - pattern.size();
    return http::equal_ignoring_case(host.substr(tail), pattern) &&
           (tail == 0 || host[tail - 1] == '.');
}

bool pattern_matches(std::string_view text, const Address& to) {
    if (text == "*") return true;
    const auto pattern = split_port(text);
    if (!pattern.port.empty() && pattern.port != std::to_string(to.port)) return false;
    boost::system::error_code error;
    const auto address = ip::make_address(to.host, error);
    return error ? name_matches(pattern.host, to.host)
                 : address_matches(std::string(pattern.host), address);
}

tl::unexpected<Error> refuse(std::string_view why) {
    return failure(ErrorCode::unsupported, Origin::gateway, "proxy setting: " + std::string(why));
}

// Never echoes the setting: it may hold a password.
Result<Proxy> parse_proxy(std::string_view text) {
    const auto scheme_end = text.find("://");
    if (scheme_end != std::string_view::npos) {
        if (!http::equal_ignoring_case(text.substr(0, scheme_end), "http")) {
            return refuse("only http:// proxies can be used");
        }
        text.remove_prefix(scheme_end + 3);
    }
    Proxy proxy;
    text = text.substr(0, text.find('/'));
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
        const auto user = http::percent_decode(text.substr(0, at));
        if (!user) return refuse("its user name or password holds a broken % escape");
        const bool with_colon = user->find(':') != std::string::npos;
        proxy.authorization = "Basic " + base64_encode(with_colon ? *user : *user + ":");
        text.remove_prefix(at + 1);
    }
    const bool has_port =
        text.find(':', text.starts_with('[') ? text.find(']') : 0) != std::string_view::npos;
    const std::string url =
        "http://" + std::string(text) + (has_port ? "" : ":" + std::to_string(proxy.port));
    auto address = parse_base_url(url);
    if (!address) return refuse("its host or port is malformed");
    proxy.host = std::move(address->host);
    proxy.port = address->port;
    return proxy;
}

}  // namespace

std::string Proxy::authority() const {
    return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" +
           std::to_string(port);
}

bool bypasses_proxy(const Address& to, std::string_view no_proxy) {
    constexpr std::string_view kSeparators = ", \t";
    while (true) {
        const auto start = no_proxy.find_first_not_of(kSeparators);
        if (start == std::string_view::npos) return false;
        no_proxy.remove_prefix(start);
        const auto end = std::min(no_proxy.find_first_of(kSeparators), no_proxy.size());
        if (pattern_matches(no_proxy.substr(0, end), to)) return true;
        no_proxy.remove_prefix(end);
    }
}

Result<std::optional<Proxy>> proxy_for(const Address& to, const Options& options) {
    const std::string& setting = to.tls ? options.https_proxy : options.http_proxy;
    if (setting.empty() || bypasses_proxy(to, options.no_proxy)) return std::optional<Proxy>();
    auto proxy = parse_proxy(setting);
    if (!proxy) return failure(std::move(proxy).error());
    return std::optional<Proxy>(std::move(*proxy));
}

}  // namespace refrain::upstream
