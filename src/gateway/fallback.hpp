// Where a call goes whose upstream could not answer: to the one that is named as its fallback
// (docs/request-path.md). Pure.
#pragma once

#include "base/error.hpp"
#include "gateway/asked.hpp"
#include "providers/endpoint.hpp"

namespace refrain::gateway {

// The same call as it is put to the fallback of its upstream. Its key will be that of the upstream
// that answers; its scope stays the caller's. The caller's credential is not for another server:
// that one gets its own key, or none. REQUIRES: may_fall_back()
AskedPtr asked_of_fallback(const Asked& asked);

// Whether this call may be answered by another upstream than it was meant for: what is tied to one
// account there may not.
bool may_fall_back(const Asked& asked, const providers::Plan& plan);

// Whether the upstream has failed the call, so that its fallback should be asked.
bool is_failed_call(const Error& error) noexcept;
bool is_failed_call(int status) noexcept;

}  // namespace refrain::gateway
