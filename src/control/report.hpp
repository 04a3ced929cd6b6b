// The savings report and the cache's state as JSON: numbers in, text out.
#pragma once

#include "cache/tiered_cache.hpp"
#include "ledger/book.hpp"

#include <string>

namespace refrain::control {

std::string stats_json(const ledger::Book& book, const cache::TieredCache::Stats& cache);
std::string cache_status_json(const ledger::Book& book,
                              const cache::TieredCache::Stats& cache,
                              std::size_t alias_bytes);

}  // namespace refrain::control
