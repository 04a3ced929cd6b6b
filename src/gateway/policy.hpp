// What the operator decided: one immutable snapshot of the configuration and what follows from it.
// A reload makes a new one; requests under way keep theirs.
#pragma once

#include "base/error.hpp"
#include "config/config.hpp"
#include "gateway/link_signature.hpp"
#include "gateway/upstreams.hpp"
#include "providers/endpoint.hpp"
#include "providers/prices.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace refrain::gateway {

struct Policy {
    std::uint64_t serial = 0;  // another one for each that was made
    config::Config config;
    Upstreams upstreams;
    providers::KeyOptions key_options;
    LinkKeys link_keys;
    providers::Prices prices;

    std::chrono::milliseconds ttl(providers::Operation operation) const;
};

using PolicyPtr = std::shared_ptr<const Policy>;

Result<PolicyPtr> make_policy(const config::Config& config);

}  // namespace refrain::gateway
