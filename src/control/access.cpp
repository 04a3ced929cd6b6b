#include "control/access.hpp"

#include "base/digest.hpp"
#include "http/origin.hpp"

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
    if (!head.host.empty() && !http::is_local_host(head.host)) {
        return {403, "the control plane answers to localhost and 127.0.0.1 only"};
    }
    if (http::is_cross_site(head))
        return {403, "a page of another site cannot use the control plane"};
    return {};
}

}  // namespace refrain::control
