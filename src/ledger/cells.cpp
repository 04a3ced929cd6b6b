#include "ledger/cells.hpp"

#include <algorithm>

namespace refrain::ledger {

namespace {

constexpr std::int64_t kHourMs = 3'600'000;

template <class Vector>
auto place_of(Vector& cells, CellId id) {
    return std::lower_bound(cells.begin(), cells.end(), id, [](const Cell& cell, CellId wanted) {
        return cell.id < wanted;
    });
}

}  // namespace

Period Period::hour_of(WallTime time) noexcept {
    const auto hours = std::clamp<std::int64_t>(time.ms / kHourMs, 0, UINT32_MAX);
    return {false, static_cast<std::uint32_t>(hours)};
}

Period Period::day() const noexcept {
    return is_day ? *this : Period{true, number / 24};
}

WallTime Period::start() const noexcept {
    return {std::int64_t{number} * kHourMs * (is_day ? 24 : 1)};
}

Cell& Cells::find_or_add(Period period, CellId id) {
    auto& cells = periods(period)[period.number];
    auto place = place_of(cells, id);
    if (place == cells.end() || place->id != id) {
        place = cells.insert(place, Cell{id, {}, false});
        ++size_;
    }
    return *place;
}

bool Cells::add(Period period, CellId id, const Figures& figures) {
    const auto& cells = periods(period)[period.number];
    if (cells.size() >= kMaxCellsPerPeriod && find({period, id}) == nullptr) return false;
    add_anyway(period, id, figures);
    return true;
}

void Cells::add_anyway(Period period, CellId id, const Figures& figures) {
    Cell& cell = find_or_add(period, id);
    cell.figures.add(figures);
    if (!cell.is_changed) changed_.push_back({period, id});
    cell.is_changed = true;
}

void Cells::restore(Period period, CellId id, const Figures& figures) {
    find_or_add(period, id).figures.add(figures);
}

const Figures* Cells::find(const Place& place) const {
    const auto& all = periods(place.period);
    const auto found = all.find(place.period.number);
    if (found == all.end()) return nullptr;
    const auto cell = place_of(found->second, place.id);
    return cell == found->second.end() || cell->id != place.id ? nullptr : &cell->figures;
}

void Cells::fold(WallTime now, const Coarser& coarser) {
    const std::uint32_t hour = Period::hour_of(now).number;
    std::size_t hourly = 0;
    for (const auto& [number, cells] : hours_)
        hourly += cells.size();
    while (!hours_.empty()) {
        const auto oldest = hours_.begin();
        const bool too_old = oldest->first + kHoursKept < hour;
        const bool too_many = hourly > kMaxHourlyCells && oldest->first < hour;
        if (!too_old && !too_many) return;
        const Period period{false, oldest->first};
        for (const Cell& cell : oldest->second) {
            if (!add(period.day(), cell.id, cell.figures)) {
                add_anyway(period.day(), coarser(cell.id), cell.figures);
            }
            removed_.push_back({period, cell.id});
        }
        hourly -= oldest->second.size();
        size_ -= oldest->second.size();
        hours_.erase(oldest);
    }
}

void Cells::clear() {
    hours_.clear();
    days_.clear();
    changed_.clear();
    removed_.clear();
    size_ = 0;
}

void Cells::mark_stored() {
    for (const Place& place : changed_) {
        auto& all = periods(place.period);
        const auto found = all.find(place.period.number);
        if (found == all.end()) continue;
        const auto cell = place_of(found->second, place.id);
        if (cell != found->second.end() && cell->id == place.id) cell->is_changed = false;
    }
    changed_.clear();
    removed_.clear();
}

}  // namespace refrain::ledger
