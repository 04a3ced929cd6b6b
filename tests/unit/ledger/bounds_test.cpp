// What callers cannot do to the ledger, and what its readers never see.
#include "unit/ledger/samples.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace refrain::ledger {
namespace {

using std::chrono::microseconds;

std::size_t cells_in_a_day(int hours, int tags_an_hour) {
    Names names;
    Cells cells;
    const auto coarse = [&](CellId id) { return CellId{names.coarser(id.subject), 0}; };
    Figures one;
    one[Figure::hit] = 1;
    const auto subject = names.subject({"chat", "openai", "m", ""});
    for (int hour = 0; hour < hours; ++hour) {
        for (int i = 0; i < tags_an_hour; ++i) {
            const auto tag = std::to_string(hour % 10) + "-" + std::to_string(i % 90);
            const auto other = std::to_string(i / 90);
            const CellId id{subject, names.party({"", {tag, other}})};
            REQUIRE(cells.add({false, static_cast<std::uint32_t>(hour)}, id, one));
        }
    }
    cells.fold(Period{false, 200 * 24}.start(), coarse);
    std::int64_t hits = 0;
    cells.visit({}, [&](Period period, const Cell& cell) {
        CHECK(period.is_day);
        hits += cell.figures[Figure::hit];
    });
    CHECK(hits == std::int64_t{hours} * tags_an_hour);
    return cells.size();
}

}  // namespace

TEST_CASE("Cells: a day has a bound, whatever tags callers make up, and loses no hit", "[ledger]") {
    CHECK(cells_in_a_day(1, 100) == 100);
    CHECK(cells_in_a_day(10, 900) <= 1'024 + 1);
}

TEST_CASE("Ledger: a reset while the store is out opens it, or says why not and resets nothing",
          "[ledger]") {
    const tests::ScratchDir directory;
    const FakeClock clock;
    {
        Ledger ledger(on_disk(clock, directory / "x"));
        hit(ledger.open_till(), cell(ledger, "a"), 100);
    }
    auto holder = std::make_unique<Ledger>(on_disk(clock, directory / "x"));
    {
        Ledger ledger(on_disk(clock, directory / "x"));
        REQUIRE(ledger.trouble() != "");
        hit(ledger.open_till(), cell(ledger, "a"), 11);

        const auto refused = ledger.reset();
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == ErrorCode::unavailable);
        CHECK(refused.error().message.find("nothing was reset") != std::string::npos);
        CHECK(ledger.report({}).totals.money(Figure::saved) == Money::pico(11));

        holder.reset();
        REQUIRE(ledger.reset());
        CHECK(ledger.report({}).totals == Sum{});
    }
    Ledger ledger(on_disk(clock, directory / "x"));
    REQUIRE(ledger.trouble() == "");
    CHECK(ledger.report({}).totals == Sum{});
}

TEST_CASE("Till: whoever sees a request sees what it was worth", "[ledger]") {
    Till till;
    Credit credit;
    credit.is_priced = true;
    credit.cost_pico = 1;
    credit.latency_ms = 1;
    std::atomic<bool> over{false};
    std::thread loop([&] {
        for (int i = 0; i < 500'000; ++i) {
            till.enter({{1, 0}, Outcome::hit, microseconds(5), &credit});
            Line would{{1, 0}, Outcome::miss, microseconds(5)};
            would.would_credit = &credit;
            till.enter(would);
        }
        over = true;
    });
    Figures seen;
    int unpaid = 0;
    while (!over) {
        std::vector<Till::Change> changes;
        till.collect(changes);
        for (const auto& [id, figures] : changes)
            seen.add(figures);
        const auto hits = seen[Figure::hit];
        if (seen[Figure::saved] < hits || seen[Figure::latency_ms] < hits) ++unpaid;
        if (seen[Figure::would_save] < seen[Figure::miss]) ++unpaid;
    }
    loop.join();
    CHECK(unpaid == 0);
}

}  // namespace refrain::ledger
