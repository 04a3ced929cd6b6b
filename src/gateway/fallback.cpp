#include "gateway/fallback.hpp"

#include "base/check.hpp"

namespace refrain::gateway {

namespace {

bool is_same_server(const upstream::Address& a, const upstream::Address& b) noexcept {
    return a.tls == b.tls && a.port == b.port && a.host == b.host;
}

}  // namespace

AskedPtr asked_of_fallback(const Asked& asked) {
    const Upstream& failed = *asked.route.upstream;
    const Upstream* next = asked.policy->upstreams.find(failed.fallback);
    REFRAIN_CHECK(next != nullptr, "the fallback is one of the upstreams");
    auto moved = std::make_shared<Asked>(asked);
    moved->route.upstream = next;
    const bool brought_own = !asked.identity.uses_own_key && !asked.identity.withheld;
    if (brought_own && is_same_server(failed.address, next->address)) return moved;
    moved->identity.withheld = brought_own || asked.identity.withheld;
    moved->identity.uses_own_key = asked.may_borrow_key && !next->own_key.empty();
    if (moved->identity.withheld) {
        moved->route.target = without_credentials(asked.route.target);
    }
    return moved;
}

bool may_fall_back(const Asked& asked, const providers::Plan& plan) {
    return asked.policy->upstreams.find(asked.route.upstream->fallback) != nullptr &&
           plan.bypass.empty() && !plan.credential_scope_only;
}

bool is_failed_call(const Error& error) noexcept {
    return error.code != ErrorCode::cancelled && error.origin != Origin::client;
}

bool is_failed_call(int status) noexcept {
    return status >= 500;
}

}  // namespace refrain::gateway
