#include "cli/stats_page.hpp"

#include "base/duration.hpp"
#include "cli/printable.hpp"
#include "cli/text_table.hpp"
#include "providers/json.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <utility>
#include <vector>

namespace refrain::cli {

namespace {

using providers::Json;

// The member at the end of a path, null if there is none.
const Json* member(const Json& object, std::initializer_list<const char*> path) {
    const Json* at = &object;
    for (const char* name : path) {
        if (!at->is_object()) return nullptr;
        const auto found = at->find(name);
        if (found == at->end()) return nullptr;
        at = &*found;
    }
    return at;
}

// A number or a text as it is, "-" for anything else or nothing.
std::string shown(const Json& object, std::initializer_list<const char*> path) {
    const Json* value = member(object, path);
    if (value == nullptr) return "-";
    if (value->is_string()) return printable(value->get<std::string>());
    if (value->is_number() || value->is_binary()) return providers::canonical_json(*value);
    return "-";
}

std::string shown_bytes(const Json& object, std::initializer_list<const char*> path) {
    const Json* value = member(object, path);
    if (value == nullptr || !value->is_number_unsigned()) return "-";
    constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    auto amount = static_cast<double>(value->get<std::uint64_t>());
    std::size_t unit = 0;
    for (; amount >= 1024 && unit + 1 < std::size(kUnits); ++unit)
        amount /= 1024;
    char text[40];
    std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", amount, kUnits[unit]);
    return text;
}

std::string percent(const Json& object, std::initializer_list<const char*> path) {
    const Json* value = member(object, path);
    if (value == nullptr || !value->is_number()) return "-";
    char text[400];  // the largest double has 309 digits
    std::snprintf(text, sizeof text, "%.1f %%", value->get<double>() * 100);
    return text;
}

// Fine where it is short: 0.25, 1.00, 800.
std::string milliseconds(const Json& object, std::initializer_list<const char*> path) {
    const Json* value = member(object, path);
    if (value == nullptr || !value->is_number()) return "-";
    const auto amount = value->get<double>();
    char text[400];  // the largest double has 309 digits
    std::snprintf(text, sizeof text, amount < 10 ? "%.2f" : "%.0f", amount);
    return text;
}

std::string money(const Json& object, std::initializer_list<const char*> path) {
    const std::string amount = shown(object, path);
    return amount == "-" ? amount : "$" + amount;
}

std::string totals(const Json& report) {
    std::vector<TableRow> rows;
    for (const char* name :
         {"requests", "hits", "misses", "coalesced", "stale", "bypassed", "errors"}) {
        rows.push_back({name, shown(report, {"totals", name})});
    }
    rows.push_back({"hit rate", percent(report, {"totals", "hit_rate"})});
    if (member(report, {"totals", "saved_usd"}) != nullptr) {
        rows.push_back({"saved", money(report, {"totals", "saved_usd"})});
        rows.push_back({"saved by sharing", money(report, {"totals", "coalesced_usd"})});
        rows.push_back({"spent", money(report, {"totals", "spent_usd"})});
    }
    const Json* would = member(report, {"totals", "would_hits"});
    if (would != nullptr && *would != 0) {
        rows.push_back({"would have hit", shown(report, {"totals", "would_hits"})});
        rows.push_back({"would have saved", money(report, {"totals", "would_save_usd"})});
    }
    return text_table(rows);
}

std::string latencies(const Json& report) {
    if (member(report, {"latency_ms"}) == nullptr) return {};
    std::vector<TableRow> rows{{"milliseconds", "p50", "p90", "p99"}};
    for (const char* kind : {"hit", "miss"}) {
        rows.push_back({kind,
                        milliseconds(report, {"latency_ms", kind, "p50"}),
                        milliseconds(report, {"latency_ms", kind, "p90"}),
                        milliseconds(report, {"latency_ms", kind, "p99"})});
    }
    return "\n" + text_table(rows);
}

std::string tiers(const Json& report) {
    if (member(report, {"cache"}) == nullptr) return {};
    std::vector<TableRow> rows{{"cache", "entries", "bytes", "capacity", "evictions"}};
    for (const char* tier : {"memory", "disk"}) {
        const Json* configured = member(report, {"cache", tier, "configured"});
        const bool absent = configured != nullptr && *configured == false;
        if (absent || member(report, {"cache", tier}) == nullptr) continue;
        rows.push_back({tier,
                        shown(report, {"cache", tier, "entries"}),
                        shown_bytes(report, {"cache", tier, "bytes"}),
                        shown_bytes(report, {"cache", tier, "capacity_bytes"}),
                        shown(report, {"cache", tier, "evictions"})});
    }
    const Json* in_service = member(report, {"cache", "disk", "in_service"});
    const bool disk_failed =
        rows.back()[0] == "disk" && in_service != nullptr && *in_service == false;
    return "\n" + text_table(rows) +
           (disk_failed ? "the disk failed too often and is left alone for now\n" : "");
}

std::string breakdown(const Json& report, const char* list, const char* title) {
    const Json* all = member(report, {list});
    if (all == nullptr || !all->is_array() || all->empty()) return {};
    const bool priced = std::any_of(all->begin(), all->end(), [](const Json& row) {
        return member(row, {"saved_usd"}) != nullptr;
    });
    std::vector<TableRow> rows{{title, "requests", "hits", "misses", "coalesced"}};
    if (priced) rows[0].insert(rows[0].end(), {"saved", "spent"});
    for (const Json& row : *all) {
        TableRow cells;
        for (const char* name : {"name", "requests", "hits", "misses", "coalesced"}) {
            cells.push_back(shown(row, {name}));
        }
        if (priced) {
            cells.push_back(money(row, {"saved_usd"}));
            cells.push_back(money(row, {"spent_usd"}));
        }
        rows.push_back(std::move(cells));
    }
    return "\n" + text_table(rows);
}

std::string unpriced(const Json& report) {
    const Json* all = member(report, {"unpriced"});
    if (all == nullptr || !all->is_array() || all->empty()) return {};
    std::vector<TableRow> rows{{"model without a price", "requests"}};
    for (const Json& row : *all) {
        rows.push_back({shown(row, {"model"}), shown(row, {"requests"})});
    }
    return "\n" + text_table(rows);
}

}  // namespace

Result<std::string> stats_page(std::string_view report) {
    const auto parsed = providers::parse_json(report);
    if (!parsed || member(*parsed, {"totals"}) == nullptr) {
        return failure(ErrorCode::malformed, Origin::upstream, "the answer is no savings report");
    }
    return "since " + shown(*parsed, {"since"}) + "\n\n" + totals(*parsed) + latencies(*parsed) +
           tiers(*parsed) + breakdown(*parsed, "by_operation", "operation") +
           breakdown(*parsed, "by_model", "model") + breakdown(*parsed, "by_provider", "provider") +
           breakdown(*parsed, "by_tenant", "tenant") + breakdown(*parsed, "by_tag", "tag") +
           breakdown(*parsed, "by_voice", "voice") + unpriced(*parsed);
}

}  // namespace refrain::cli
