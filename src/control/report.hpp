// The savings report, its series and the cache's state as JSON: numbers in, text out.
#pragma once

#include "cache/tiered_cache.hpp"
#include "control/questions.hpp"
#include "ledger/ledger.hpp"

#include <string>

namespace refrain::control {

std::string stats_json(ledger::Ledger& ledger,
                       const ledger::Filter& filter,
                       const cache::TieredCache::Stats& cache);
std::string series_json(ledger::Ledger& ledger, const SeriesQuestion& question);
std::string cache_status_json(ledger::Ledger& ledger,
                              const cache::TieredCache::Stats& cache,
                              std::size_t alias_bytes);

}  // namespace refrain::control
