#include "control/report.hpp"

#include <nlohmann/json.hpp>

namespace refrain::control {

namespace {

using Json = nlohmann::ordered_json;

Json counts_json(const ledger::Counts& counts) {
    Json json;
    json["requests"] = counts.requests();
    json["hits"] = counts.of(Outcome::hit);
    json["misses"] = counts.of(Outcome::miss);
    json["coalesced"] = counts.of(Outcome::coalesced);
    json["stale"] = counts.of(Outcome::stale);
    json["bypassed"] = counts.of(Outcome::bypass);
    json["errors"] = counts.of(Outcome::failed);
    json["hit_rate"] = counts.hit_rate();
    return json;
}

Json rows_json(const std::vector<ledger::NamedCounts>& rows) {
    Json json = Json::array();
    for (const auto& [name, counts] : rows) {
        Json row;
        row["name"] = name;
        row.update(counts_json(counts));
        json.push_back(std::move(row));
    }
    return json;
}

Json latency_json(const ledger::Histogram& histogram) {
    return {{"p50", histogram.quantile_ms(0.5)},
            {"p90", histogram.quantile_ms(0.9)},
            {"p99", histogram.quantile_ms(0.99)}};
}

Json tier_json(const cache::TierStats& tier) {
    return {{"entries", tier.entries},
            {"bytes", tier.bytes},
            {"capacity_bytes", tier.capacity_bytes},
            {"evictions", tier.evictions},
            {"errors", tier.errors}};
}

Json tiers_json(const cache::TieredCache::Stats& cache) {
    Json json;
    json["memory"] = tier_json(cache.memory);
    json["disk"] = tier_json(cache.disk);
    json["disk"]["configured"] = cache.disk_configured;
    json["disk"]["in_service"] = cache.disk_in_service;
    json["disk"]["writes_dropped"] = cache.writes_dropped;
    json["disk"]["queued_bytes"] = cache.queued_bytes;
    json["redis"] = {{"configured", false}, {"connected", false}};
    return json;
}

std::string text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string stats_json(const ledger::Book& book, const cache::TieredCache::Stats& cache) {
    Json json;
    json["since"] = book.since().rfc3339();
    json["totals"] = counts_json(book.totals());
    json["by_operation"] = rows_json(book.by_operation());
    json["by_model"] = rows_json(book.by_model());
    json["by_provider"] = rows_json(book.by_provider());
    json["latency_ms"] = {{"hit", latency_json(book.hits())},
                          {"miss", latency_json(book.misses())}};
    json["cache"] = tiers_json(cache);
    return text(json);
}

std::string cache_status_json(const ledger::Book& book,
                              const cache::TieredCache::Stats& cache,
                              std::size_t alias_bytes) {
    Json json;
    json["tiers"] = tiers_json(cache);
    json["entries"] = std::max(cache.memory.entries, cache.disk.entries);
    json["bytes"] = cache.disk_configured ? cache.disk.bytes : cache.memory.bytes;
    json["alias_bytes"] = alias_bytes;
    json["hit_rate"] = book.totals().hit_rate();
    return text(json);
}

}  // namespace refrain::control
