// Stage 2: who asks. The scope of an entry is made from the caller's credential by a keyed hash, so
// that nothing stored tells a credential, and no caller sees what another's key bought.
#pragma once

#include "config/config.hpp"
#include "gateway/upstreams.hpp"
#include "http/head.hpp"

#include <string>
#include <string_view>

namespace refrain::gateway {

struct Identity {
    std::string scope;          // a field of the key: "shared" or "credential:<hex>"
    std::string credential_id;  // keyed hash of the credential, hex; "" if there was none
    bool uses_own_key = false;  // no credential came, so the upstream's own is lent
    bool withheld = false;      // one came, but it is meant for another server than is asked now
};

// `secret` is the data directory's own (32 bytes, made at first start). A caller who brings nothing
// is lent the upstream's own key if he may borrow it.
Identity identify(const http::RequestHead& head,
                  std::string_view query,
                  const Upstream& upstream,
                  config::Scope scope,
                  std::string_view secret,
                  bool may_borrow_key = true);

}  // namespace refrain::gateway
