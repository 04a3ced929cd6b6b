#include "control/report.hpp"

#include <nlohmann/json.hpp>

namespace refrain::control {

namespace {

using Json = nlohmann::ordered_json;

using ledger::Figure;
using ledger::Sum;

Json counts_json(const Sum& sum) {
    Json json;
    json["requests"] = sum.requests();
    json["hits"] = sum.count(Figure::hit);
    json["misses"] = sum.count(Figure::miss);
    json["coalesced"] = sum.count(Figure::coalesced);
    json["stale"] = sum.count(Figure::stale);
    json["revalidated"] = sum.count(Figure::revalidated);
    json["bypassed"] = sum.count(Figure::bypass);
    json["errors"] = sum.count(Figure::failed);
    json["hit_rate"] = sum.hit_rate();
    json["spent_usd"] = sum.money(Figure::spent).decimal();
    json["saved_usd"] = sum.money(Figure::saved).decimal();
    json["coalesced_usd"] = sum.money(Figure::coalesced_saved).decimal();
    return json;
}

// Milliseconds as seconds; exact in the thousandths.
double seconds(std::int64_t ms) {
    return static_cast<double>(ms) / 1000.0;
}

Json sum_json(const Sum& sum) {
    Json json = counts_json(sum);
    json["discounted_usd"] = sum.money(Figure::discounted).decimal();
    json["unpriced"] = sum.count(Figure::unpriced);
    json["estimated"] = sum.count(Figure::estimated);
    json["saved"] = {{"input_tokens", sum.count(Figure::input_tokens)},
                     {"output_tokens", sum.count(Figure::output_tokens)},
                     {"characters", sum.count(Figure::characters)},
                     {"audio_seconds", seconds(sum.count(Figure::audio_ms))},
                     {"latency_seconds", seconds(sum.count(Figure::latency_ms))}};
    return json;
}

Json totals_json(const Sum& sum) {
    Json json = sum_json(sum);
    json["would_hits"] = sum.count(Figure::would_hits);
    json["would_save_usd"] = sum.money(Figure::would_save).decimal();
    return json;
}

Json rows_json(const ledger::Sums& sums) {
    Json json = Json::array();
    for (const auto& [name, sum] : sums) {
        Json row;
        row["name"] = name;
        row.update(sum_json(sum));
        json.push_back(std::move(row));
    }
    return json;
}

Json latency_json(const ledger::Histogram::Counts& counts) {
    return {{"p50", counts.quantile_ms(0.5)},
            {"p90", counts.quantile_ms(0.9)},
            {"p99", counts.quantile_ms(0.99)}};
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

std::string stats_json(ledger::Ledger& ledger,
                       const ledger::Filter& filter,
                       const cache::TieredCache::Stats& cache) {
    const auto report = ledger.report(filter);
    Json json;
    json["since"] = report.since.rfc3339();
    json["currency"] = "USD";
    json["totals"] = totals_json(report.totals);
    json["by_operation"] = rows_json(report.by_operation);
    json["by_model"] = rows_json(report.by_model);
    json["by_provider"] = rows_json(report.by_provider);
    json["by_tenant"] = rows_json(report.by_tenant);
    json["by_tag"] = rows_json(report.by_tag);
    json["by_voice"] = rows_json(report.by_voice);
    json["latency_ms"] = {{"hit", latency_json(ledger.hits())},
                          {"miss", latency_json(ledger.misses())}};
    json["cache"] = tiers_json(cache);
    Json& unpriced = json["unpriced"] = Json::array();
    for (const auto& [model, requests] : report.unpriced)
        unpriced.push_back({{"model", model}, {"requests", requests}});
    const std::string trouble = ledger.trouble();
    json["ledger"] = {{"in_service", trouble.empty()}, {"trouble", trouble}};
    return text(json);
}

std::string series_json(ledger::Ledger& ledger, const SeriesQuestion& question) {
    Json json;
    json["step_seconds"] = std::chrono::seconds(question.step).count();
    json["currency"] = "USD";
    Json& points = json["points"] = Json::array();
    for (const auto& point : ledger.series(question.filter, question.step)) {
        Json row;
        row["from"] = point.from.rfc3339();
        row.update(counts_json(point.sum));
        points.push_back(std::move(row));
    }
    return text(json);
}

std::string cache_status_json(ledger::Ledger& ledger,
                              const cache::TieredCache::Stats& cache,
                              std::size_t alias_bytes) {
    Json json;
    json["tiers"] = tiers_json(cache);
    json["entries"] = std::max(cache.memory.entries, cache.disk.entries);
    json["bytes"] = cache.disk_configured ? cache.disk.bytes : cache.memory.bytes;
    json["alias_bytes"] = alias_bytes;
    json["hit_rate"] = ledger.report({}).totals.hit_rate();
    return text(json);
}

}  // namespace refrain::control
