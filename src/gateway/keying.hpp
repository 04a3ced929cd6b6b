// From a plan to its key: what the gateway adds to the canonical form, so that tenants, upstreams
// and variants never meet. Pure.
#pragma once

#include "cache/alias.hpp"
#include "gateway/asked.hpp"
#include "providers/endpoint.hpp"

namespace refrain::gateway {

// REQUIRES: a plan that is not bypassed.
std::shared_ptr<cache::Alias> alias_of(const Asked& asked, const providers::Plan& plan);

}  // namespace refrain::gateway
