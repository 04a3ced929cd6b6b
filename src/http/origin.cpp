#include "http/origin.hpp"

#include <arpa/inet.h>

#include <string>

namespace refrain::http {

namespace {

bool is_loopback_address(std::string_view name) noexcept {
    in_addr address{};
    if (::inet_pton(AF_INET, std::string(name).c_str(), &address) != 1) return false;
    return (ntohl(address.s_addr) >> 24U) == IN_LOOPBACKNET;
}

}  // namespace

bool is_local_host(std::string_view host) noexcept {
    if (host.starts_with("[")) return host == "[::1]" || host.starts_with("[::1]:");
    std::string_view name = host.substr(0, host.find(':'));
    if (is_loopback_address(name)) return true;
    if (name.ends_with('.')) name.remove_suffix(1);
    constexpr std::string_view kLocal = "localhost";
    if (name.size() < kLocal.size()) return false;
    const auto cut = name.size() - kLocal.size();
    return equal_ignoring_case(name.substr(cut), kLocal) && (cut == 0 || name[cut - 1] == '.');
}

bool is_cross_site(const RequestHead& head) {
    const auto site = head.fields.find("sec-fetch-site");
    if (site && *site != "same-origin" && *site != "none") return true;
    const auto origin = head.fields.find("origin");
    if (!origin) return false;
    const std::string host(head.host);
    return *origin != "http://" + host && *origin != "https://" + host;
}

}  // namespace refrain::http
