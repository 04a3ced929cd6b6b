// The control plane: /refrain/… and /metrics, never mixed with provider paths. Handlers read what
// the request path writes; none of them is on the way of a hit. Any loop may call.
#pragma once

#include "cache/alias.hpp"
#include "cache/tiered_cache.hpp"
#include "ledger/ledger.hpp"
#include "net/loop.hpp"
#include "net/workers.hpp"
#include "server/exchange.hpp"

#include <atomic>
#include <functional>
#include <string>

namespace refrain::control {

struct Context {
    cache::TieredCache& cache;
    cache::AliasTable& aliases;
    ledger::Ledger& ledger;
    net::Workers& workers;
    std::string admin_token;  // "" if none was set
    bool on_loopback = true;  // where the gateway listens
    std::atomic<bool>& draining;
    std::function<std::size_t()> inflight;  // upstream calls under way
};

net::Task<void> answer(Context& context, server::Exchange& exchange);

}  // namespace refrain::control
