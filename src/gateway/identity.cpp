#include "gateway/identity.hpp"

#include "base/digest.hpp"
#include "http/target.hpp"

namespace refrain::gateway {

namespace {

// Everything that can authorise a request, framed so that no two sets are the same bytes.
std::string credentials(const http::RequestHead& head, std::string_view query) {
    std::string all;
    const auto add = [&](std::string_view name, std::string_view value) {
        all.append(name).push_back('\0');
        all.append(std::to_string(value.size())).push_back(':');
        all.append(value);
    };
    for (const std::string_view name :
         {"authorization", "api-key", "x-api-key", "x-goog-api-key"}) {
        if (const auto value = head.fields.find(name); value && !value->empty()) add(name, *value);
    }
    if (query.empty()) return all;
    for (const auto& [name, value] : http::parse_query(query)) {
        if (name == "key" || name == "access_token" || name == "oauth_token") add(name, value);
    }
    return all;
}

}  // namespace

Identity identify(const http::RequestHead& head,
                  std::string_view query,
                  const Upstream& upstream,
                  config::Scope scope,
                  std::string_view secret,
                  bool may_borrow_key) {
    Identity identity;
    std::string credential = credentials(head, query);
    if (credential.empty() && may_borrow_key && !upstream.own_key.empty()) {
        identity.uses_own_key = true;
        credential = "own:" + upstream.own_key;
    }
    if (!credential.empty()) identity.credential_id = hmac_sha256(secret, credential).hex();
    identity.scope =
        scope == config::Scope::shared ? "shared" : "credential:" + identity.credential_id;
    return identity;
}

}  // namespace refrain::gateway
