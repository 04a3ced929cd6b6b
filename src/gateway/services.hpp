// What the request path works with. Made and owned by the composition root; shared by all loops.
#pragma once

#include "base/byte_budget.hpp"
#include "cache/alias.hpp"
#include "cache/flight.hpp"
#include "cache/tiered_cache.hpp"
#include "gateway/accepted.hpp"
#include "gateway/forgotten.hpp"
#include "gateway/turnstile.hpp"
#include "ledger/ledger.hpp"
#include "net/tls_context.hpp"
#include "net/workers.hpp"
#include "server/exchange.hpp"

#include <atomic>
#include <memory>
#include <string>

namespace refrain::gateway {

struct Services {
    cache::TieredCache& cache;
    cache::AliasTable& aliases;
    cache::FlightTable& flights;
    ledger::Ledger& ledger;
    net::Workers& workers;
    net::Workers& judges;  // of answers that were streamed; never before what a caller waits for
    std::shared_ptr<net::TlsContext> tls;
    std::string secret;       // of the data directory, 32 bytes
    server::Handler control;  // answers /refrain/… and /metrics

    ByteBudget& under_way;  // bytes of requests and answers that are not done yet

    AcceptedCredentials accepted{};       // by a provider, since the start
    ForgottenNames forgotten{};           // by callers, lately
    Turnstiles turnstiles{};              // of the upstreams with max_inflight
    std::atomic<std::size_t> fetches{0};  // upstream calls under way
};

}  // namespace refrain::gateway
