#include "control/access.hpp"

#include "base/digest.hpp"

#include <string>

namespace refrain::control {

namespace {

bool bears(const http::RequestHead& head, std::string_view token) {
    const auto given = head.fields.find("authorization");
    constexpr std::string_view kBearer = "Bearer ";
    if (!given || given->size() < kBearer.size()) return false;
    if (!http::equal_ignoring_case(given->substr(0, kBearer.size()), kBearer)) return false;
    // Digests have one length, so the time tells nothing of the token's.
    return sha256(given->substr(kBearer.size())) == sha256(token);
}

// A name that only this machine answers to: anything else may be a web page's name that was
// rebound to 127.0.0.1.
bool is_local_name(std::string_view host) {
    if (host.starts_with("[")) return host.starts_with("[::1]");
    const auto name = host.substr(0, host.find(':'));
    return name == "localhost" || name.ends_with(".localhost") || name.starts_with("127.");
}

// A request that a page of another site made the browser send.
bool is_cross_site(const http::RequestHead& head) {
    const auto site = head.fields.find("sec-fetch-site");
    if (site && *site != "same-origin" && *site != "none") return true;
    const auto origin = head.fields.find("origin");
    if (!origin) return false;
    return *origin != "http://" + std::string(head.host) &&
           *origin != "https://" + std::string(head.host);
}

}  // namespace

Denial check_access(const http::RequestHead& head, std::string_view admin_token, bool on_loopback) {
    if (!admin_token.empty() && bears(head, admin_token)) return {};
    if (!on_loopback) {
        if (admin_token.empty()) {
            return {403,
                    "the control plane is closed: set REFRAIN_ADMIN_TOKEN where the gateway runs, "
                    "for it listens beyond this machine"};
        }
        return {401, "send Authorization: Bearer with the gateway's REFRAIN_ADMIN_TOKEN"};
    }
    if (!head.host.empty() && !is_local_name(head.host)) {
        return {403, "the control plane answers to localhost and 127.0.0.1 only"};
    }
    if (is_cross_site(head)) return {403, "a page of another site cannot use the control plane"};
    return {};
}

}  // namespace refrain::control
