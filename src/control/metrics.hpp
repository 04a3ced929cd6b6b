// The metrics, in the text format of Prometheus (exposition format 0.0.4). Labels are the
// operator's own words and fixed tokens, never a model, a tenant or a key.
#pragma once

#include "cache/tiered_cache.hpp"
#include "ledger/ledger.hpp"

#include <string>

namespace refrain::control {

std::string metrics_text(ledger::Ledger& ledger,
                         const cache::TieredCache::Stats& cache,
                         std::size_t inflight);

}  // namespace refrain::control
