// The figures by hour, day and cell, in memory. Hours older than 90 days, or beyond what is kept,
// become days, and days stay for ever. Not thread-safe: the ledger locks.
#pragma once

#include "base/clock.hpp"
#include "ledger/figures.hpp"
#include "ledger/names.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace refrain::ledger {

// A whole hour or day, UTC.
struct Period {
    bool is_day = false;
    std::uint32_t number = 0;  // since 1970

    auto operator<=>(const Period&) const = default;

    static Period hour_of(WallTime time) noexcept;
    Period day() const noexcept;  // that it is in
    WallTime start() const noexcept;
};

struct Cell {
    CellId id;
    Figures figures;
    bool is_changed = false;  // since mark_stored()
};

class Cells {
  public:
    // False: the period has as many cells as it may have, and this is none of them.
    bool add(Period period, CellId id, const Figures& figures);
    // The same without the bound.
    void add_anyway(Period period, CellId id, const Figures& figures);
    // As it was stored.
    void restore(Period period, CellId id, const Figures& figures);
    // Hours that are to be days become days. A day has the same bound: what finds no room in it is
    // added to its `coarser` cell.
    using Coarser = std::function<CellId(CellId)>;
    void fold(WallTime now, const Coarser& coarser);
    void clear();

    std::size_t size() const noexcept { return size_; }

    // Since the last mark_stored(): what changed, and what was folded away and is to be removed.
    struct Place {
        Period period;
        CellId id;
    };
    const std::vector<Place>& changed() const noexcept { return changed_; }
    const std::vector<Place>& removed() const noexcept { return removed_; }
    // Null if it was folded away.
    const Figures* find(const Place& place) const;
    void mark_stored();

    // In the order of time, those that begin at `from` or later.
    template <class Visit>
    void visit(WallTime from, Visit visit) const {
        for (const auto* periods : {&days_, &hours_}) {
            for (const auto& [number, cells] : *periods) {
                const Period period{periods == &days_, number};
                if (period.start() < from) continue;
                for (const Cell& cell : cells)
                    visit(period, cell);
            }
        }
    }

  private:
    using Periods = std::map<std::uint32_t, std::vector<Cell>>;  // cells in the order of their ids

    static constexpr std::size_t kMaxCellsPerPeriod = 1'024;
    static constexpr std::size_t kMaxHourlyCells = 400'000;
    static constexpr std::uint32_t kHoursKept = 90 * 24;

    Periods& periods(Period period) { return period.is_day ? days_ : hours_; }
    const Periods& periods(Period period) const { return period.is_day ? days_ : hours_; }
    Cell& find_or_add(Period period, CellId id);

    Periods hours_;
    Periods days_;
    std::size_t size_ = 0;
    std::vector<Place> changed_;
    std::vector<Place> removed_;
};

}  // namespace refrain::ledger
