// The reports of the ledger: one pass over the cells, adding up by small numbers first and by words
// after.
#include "ledger/ledger.hpp"

#include <algorithm>

namespace refrain::ledger {

namespace {

// For each id: whether it passes the filter.
struct Passing {
    std::vector<char> subjects;
    std::vector<char> parties;

    bool has(CellId id) const { return subjects[id.subject] != 0 && parties[id.party] != 0; }
};

Passing passing(const Filter& filter,
                const std::vector<const Subject*>& subjects,
                const std::vector<const Party*>& parties) {
    Passing passing;
    for (const Subject* subject : subjects) {
        const bool passes = (filter.operation.empty() || filter.operation == subject->operation) &&
                            (filter.model.empty() || filter.model == subject->model);
        passing.subjects.push_back(passes ? 1 : 0);
    }
    for (const Party* party : parties) {
        const bool tagged =
            filter.tag.empty() ||
            std::find(party->tags.begin(), party->tags.end(), filter.tag) != party->tags.end();
        const bool passes = tagged && (filter.tenant.empty() || filter.tenant == party->tenant);
        passing.parties.push_back(passes ? 1 : 0);
    }
    return passing;
}

void add_to(Sums& sums, const std::string& name, const Sum& sum) {
    if (!name.empty()) sums[name].add(sum);
}

bool is_empty(const Sum& sum) {
    return sum == Sum{};
}

}  // namespace

Report Ledger::report(const Filter& filter) {
    const std::lock_guard lock(mutex_);
    collect();
    const auto subjects = names_.subjects();
    const auto parties = names_.parties();
    const Passing pass = passing(filter, subjects, parties);
    std::vector<Sum> by_subject(subjects.size());
    std::vector<Sum> by_party(parties.size());
    const WallTime from = Period::hour_of(filter.from).start();
    cells_.visit(from, [&](Period, const Cell& cell) {
        if (!pass.has(cell.id)) return;
        by_subject[cell.id.subject].add(cell.figures);
        by_party[cell.id.party].add(cell.figures);
    });
    Report report;
    report.since = std::max(since_, from);
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        if (is_empty(by_subject[i])) continue;
        const Sum& sum = by_subject[i];
        report.totals.add(sum);
        add_to(report.by_operation, subjects[i]->operation, sum);
        add_to(report.by_model, subjects[i]->model, sum);
        add_to(report.by_provider, subjects[i]->provider, sum);
        add_to(report.by_voice, subjects[i]->voice, sum);
        const auto unpriced = sum.count(Figure::unpriced);
        if (unpriced > 0) report.unpriced[subjects[i]->model] += unpriced;
    }
    for (std::size_t i = 0; i < parties.size(); ++i) {
        if (is_empty(by_party[i])) continue;
        add_to(report.by_tenant, parties[i]->tenant, by_party[i]);
        for (const std::string& tag : parties[i]->tags)
            add_to(report.by_tag, tag, by_party[i]);
    }
    return report;
}

std::vector<Point> Ledger::series(const Filter& filter, std::chrono::hours step) {
    const std::lock_guard lock(mutex_);
    collect();
    const Passing pass = passing(filter, names_.subjects(), names_.parties());
    const auto step_ms = std::chrono::milliseconds(step).count();
    // Steps stand on whole multiples, so that every call cuts the time in the same places.
    const auto cut = [&](WallTime time) { return WallTime{time.ms / step_ms * step_ms}; };
    const WallTime first = cut(filter.from);
    std::vector<Point> points;
    for (WallTime at = first; at <= options_.clock(); at = at.plus(step))
        points.push_back({at, {}});
    cells_.visit(first, [&](Period period, const Cell& cell) {
        if (!pass.has(cell.id)) return;
        const auto index = static_cast<std::size_t>((period.start().ms - first.ms) / step_ms);
        if (index < points.size()) points[index].sum.add(cell.figures);
    });
    return points;
}

std::vector<RequestCount> Ledger::requests() {
    const std::lock_guard lock(mutex_);
    collect();
    const auto subjects = names_.subjects();
    std::vector<Sum> by_subject(subjects.size());
    cells_.visit({},
                 [&](Period, const Cell& cell) { by_subject[cell.id.subject].add(cell.figures); });
    std::map<std::pair<std::string, std::string>, Sum> rows;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        if (is_empty(by_subject[i])) continue;
        rows[{subjects[i]->operation, subjects[i]->provider}].add(by_subject[i]);
    }
    std::vector<RequestCount> all;
    all.reserve(rows.size());
    for (const auto& [names, sum] : rows)
        all.push_back({names.first, names.second, sum});
    return all;
}

Histogram::Counts Ledger::hits() const {
    const std::lock_guard lock(mutex_);
    Histogram::Counts counts;
    for (const Till& till : tills_)
        counts.add(till.hits());
    return counts;
}

Histogram::Counts Ledger::misses() const {
    const std::lock_guard lock(mutex_);
    Histogram::Counts counts;
    for (const Till& till : tills_)
        counts.add(till.misses());
    return counts;
}

Histogram::Counts Ledger::upstream() const {
    const std::lock_guard lock(mutex_);
    Histogram::Counts counts;
    for (const Till& till : tills_)
        counts.add(till.upstream());
    return counts;
}

}  // namespace refrain::ledger
