#include "control/metrics.hpp"

#include <array>
#include <cstdio>
#include <initializer_list>
#include <utility>

namespace refrain::control {

namespace {

using ledger::Figure;
using Label = std::pair<std::string_view, std::string_view>;

std::string decimal(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.9g", value);
    return text.data();
}

// Writes families: one HELP and one TYPE each, then their samples.
class Exposition {
  public:
    void family(std::string_view name, std::string_view type, std::string_view help) {
        name_ = "refrain_" + std::string(name);
        text_.append("# HELP ").append(name_).append(" ").append(help);
        text_.append("\n# TYPE ").append(name_).append(" ").append(type).append("\n");
    }

    void sample(std::initializer_list<Label> labels,
                std::string_view value,
                std::string_view suffix = "") {
        text_.append(name_).append(suffix);
        char before = '{';
        for (const auto& [name, content] : labels) {
            text_.push_back(std::exchange(before, ','));
            text_.append(name).append("=\"");
            append_escaped(content);
            text_.push_back('"');
        }
        if (labels.size() > 0) text_.push_back('}');
        text_.append(" ").append(value).append("\n");
    }

    std::string take() { return std::move(text_); }

  private:
    void append_escaped(std::string_view content) {
        for (const char c : content) {
            if (c == '\\' || c == '"') text_.push_back('\\');
            text_.append(c == '\n' ? "\\n" : std::string(1, c));
        }
    }

    std::string text_;
    std::string name_;
};

std::string_view shown(const std::string& operation) {
    return operation.empty() ? "none" : std::string_view(operation);
}

struct Amount {
    std::string_view name;
    std::string_view help;
    Figure figure;
};

constexpr std::array kMoney{
    Amount{"spent_usd_total", "Dollars that upstreams were paid.", Figure::spent},
    Amount{"saved_usd_total", "Dollars that hits would have cost.", Figure::saved},
    Amount{"coalesced_usd_total",
           "Dollars that callers who shared an upstream call would have cost.",
           Figure::coalesced_saved},
    Amount{"discounted_usd_total",
           "Dollars that providers took off by prompt caching and cheaper tiers.",
           Figure::discounted},
};

void add_money(Exposition& out, const std::vector<ledger::RequestCount>& rows) {
    for (const Amount& amount : kMoney) {
        out.family(amount.name, "counter", amount.help);
        for (const auto& row : rows) {
            out.sample({{"operation", shown(row.operation)}, {"provider", row.provider}},
                       row.sum.money(amount.figure).decimal());
        }
    }
}

void add_requests(Exposition& out, const std::vector<ledger::RequestCount>& rows) {
    out.family("requests_total", "counter", "Requests answered, by how.");
    for (const auto& row : rows) {
        for (const Outcome outcome : kOutcomes) {
            const auto count = row.sum.count(ledger::figure_of(outcome));
            if (count == 0) continue;
            out.sample({{"operation", shown(row.operation)},
                        {"provider", row.provider},
                        {"outcome", name(outcome)}},
                       std::to_string(count));
        }
    }
    out.family("unpriced_requests_total", "counter", "Requests whose answer has no known price.");
    for (const auto& row : rows) {
        out.sample({{"operation", shown(row.operation)}, {"provider", row.provider}},
                   std::to_string(row.sum.count(Figure::unpriced)));
    }
}

struct Bound {
    std::string_view le;
    std::chrono::microseconds limit;
};

constexpr std::array kBounds{
    Bound{"0.0001", std::chrono::microseconds(100)},
    Bound{"0.00025", std::chrono::microseconds(250)},
    Bound{"0.0005", std::chrono::microseconds(500)},
    Bound{"0.001", std::chrono::milliseconds(1)},
    Bound{"0.0025", std::chrono::microseconds(2'500)},
    Bound{"0.005", std::chrono::milliseconds(5)},
    Bound{"0.01", std::chrono::milliseconds(10)},
    Bound{"0.025", std::chrono::milliseconds(25)},
    Bound{"0.05", std::chrono::milliseconds(50)},
    Bound{"0.1", std::chrono::milliseconds(100)},
    Bound{"0.25", std::chrono::milliseconds(250)},
    Bound{"0.5", std::chrono::milliseconds(500)},
    Bound{"1", std::chrono::seconds(1)},
    Bound{"2.5", std::chrono::milliseconds(2'500)},
    Bound{"5", std::chrono::seconds(5)},
    Bound{"10", std::chrono::seconds(10)},
    Bound{"30", std::chrono::seconds(30)},
    Bound{"60", std::chrono::seconds(60)},
    Bound{"300", std::chrono::seconds(300)},
};

// The buckets, sum and count of one histogram; with an outcome if there is one.
void add_durations(Exposition& out,
                   std::string_view outcome,
                   const ledger::Histogram::Counts& counts) {
    const auto add = [&](std::string_view suffix, std::string_view le, const std::string& value) {
        const bool bucket = !le.empty();
        if (outcome.empty() && !bucket) out.sample({}, value, suffix);
        if (outcome.empty() && bucket) out.sample({{"le", le}}, value, suffix);
        if (!outcome.empty() && !bucket) out.sample({{"outcome", outcome}}, value, suffix);
        if (!outcome.empty() && bucket) {
            out.sample({{"outcome", outcome}, {"le", le}}, value, suffix);
        }
    };
    for (const Bound& bound : kBounds)
        add("_bucket", bound.le, std::to_string(counts.within(bound.limit)));
    add("_bucket", "+Inf", std::to_string(counts.count()));
    add("_sum", "", decimal(counts.seconds()));
    add("_count", "", std::to_string(counts.count()));
}

void add_tiers(Exposition& out, const cache::TieredCache::Stats& cache) {
    const auto add = [&](std::uint64_t cache::TierStats::*member) {
        out.sample({{"tier", "memory"}}, std::to_string(cache.memory.*member));
        if (cache.disk_configured) {
            out.sample({{"tier", "disk"}}, std::to_string(cache.disk.*member));
        }
    };
    out.family("cache_bytes", "gauge", "Bytes that a tier holds.");
    add(&cache::TierStats::bytes);
    out.family("cache_entries", "gauge", "Entries that a tier holds.");
    add(&cache::TierStats::entries);
    out.family("evictions_total", "counter", "Entries that a tier let go for want of room.");
    add(&cache::TierStats::evictions);
}

}  // namespace

std::string metrics_text(ledger::Ledger& ledger,
                         const cache::TieredCache::Stats& cache,
                         std::size_t inflight) {
    Exposition out;
    const auto rows = ledger.requests();
    add_requests(out, rows);
    add_money(out, rows);
    out.family("request_seconds", "histogram", "How long hits and misses took.");
    add_durations(out, "hit", ledger.hits());
    add_durations(out, "miss", ledger.misses());
    out.family("upstream_seconds", "histogram", "How long upstreams took for whole answers.");
    add_durations(out, "", ledger.upstream());
    add_tiers(out, cache);
    out.family("inflight", "gauge", "Upstream calls under way for memoized requests.");
    out.sample({}, std::to_string(inflight));
    out.family("upstream_errors_total", "counter", "Upstream calls that failed, by why.");
    for (const auto& [names, count] : ledger.upstream_failures()) {
        out.sample({{"provider", names.first}, {"reason", names.second}}, std::to_string(count));
    }
    return out.take();
}

}  // namespace refrain::control
