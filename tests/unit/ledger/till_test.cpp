#include "ledger/till.hpp"

#include "unit/ledger/samples.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <map>
#include <thread>
#include <vector>

namespace refrain::ledger {
namespace {

using std::chrono::microseconds;

Figures sum_of(Till& till) {
    std::vector<Till::Change> changes;
    till.collect(changes);
    Figures sum;
    for (const auto& [id, figures] : changes)
        sum.add(figures);
    return sum;
}

Credit worth(std::int64_t pico) {
    Credit credit;
    credit.is_priced = true;
    credit.cost_pico = pico;
    credit.input_tokens = 3;
    credit.latency_ms = 800;
    return credit;
}

}  // namespace

TEST_CASE("Till: a hit is saved, a shared call is shared, a purchase is spent", "[ledger]") {
    Till till;
    const Credit credit = worth(500);
    till.buy({{1, 0}, true, true, Money::pico(500), Money::pico(20), microseconds(900)});
    till.enter({{1, 0}, Outcome::miss, microseconds(900), &credit});
    till.enter({{1, 0}, Outcome::hit, microseconds(5), &credit});
    till.enter({{1, 0}, Outcome::stale, microseconds(5), &credit});
    till.enter({{1, 0}, Outcome::coalesced, microseconds(700), &credit});
    till.enter({{2, 0}, Outcome::bypass, microseconds(700)});

    const Figures sum = sum_of(till);
    CHECK(sum[Figure::spent] == 500);
    CHECK(sum[Figure::discounted] == 20);
    CHECK(sum[Figure::estimated] == 1);
    CHECK(sum[Figure::saved] == 1'000);
    CHECK(sum[Figure::coalesced_saved] == 500);
    CHECK(sum[Figure::input_tokens] == 6);
    CHECK(sum[Figure::latency_ms] == 1'600);
    CHECK(sum[Figure::hit] == 1);
    CHECK(sum[Figure::miss] == 1);
    CHECK(sum[Figure::bypass] == 1);
    CHECK(sum[Figure::unpriced] == 0);
    CHECK(sum_of(till).is_zero());
}

TEST_CASE("Till: without a price nothing is free, it is unpriced", "[ledger]") {
    Till till;
    Credit credit;
    credit.input_tokens = 3;
    till.buy({{1, 0}, false, false, Money(), Money(), microseconds(9)});
    till.enter({{1, 0}, Outcome::miss, microseconds(900), &credit});
    till.enter({{1, 0}, Outcome::hit, microseconds(5), &credit});
    const Figures sum = sum_of(till);
    CHECK(sum[Figure::unpriced] == 2);
    CHECK(sum[Figure::spent] == 0);
    CHECK(sum[Figure::input_tokens] == 3);
}

TEST_CASE("Till: in observe mode a miss tells what a hit would have saved", "[ledger]") {
    Till till;
    const Credit credit = worth(70);
    Line line{{1, 0}, Outcome::miss, microseconds(900)};
    line.would_credit = &credit;
    till.enter(line);
    const Figures sum = sum_of(till);
    CHECK(sum[Figure::would_hits] == 1);
    CHECK(sum[Figure::would_save] == 70);
    CHECK(sum[Figure::saved] == 0);
}

TEST_CASE("Till: more cells than it has room for, and nothing is lost", "[ledger]") {
    Till till;
    for (std::uint32_t i = 0; i < 10'000; ++i)
        till.enter({{i, 0}, Outcome::hit, microseconds(1)});
    CHECK(sum_of(till)[Figure::hit] == 10'000);
}

TEST_CASE("Till: reading along while a loop counts loses nothing", "[ledger]") {
    Till till;
    constexpr std::uint32_t kHits = 200'000;
    std::thread loop([&] {
        for (std::uint32_t i = 0; i < kHits; ++i)
            till.enter({{i % 5'000, i % 3}, Outcome::hit, microseconds(i % 100)});
    });
    Figures sum;
    for (int i = 0; i < 50; ++i)
        sum.add(sum_of(till));
    loop.join();
    sum.add(sum_of(till));
    CHECK(sum[Figure::hit] == kHits);
}

TEST_CASE("Till: a request is read with all that it was worth, or not at all", "[ledger]") {
    Till till;
    const Credit credit = worth(7);
    std::atomic<bool> enough = false;
    std::thread loop([&] {
        while (!enough) {
            till.enter({{1, 0}, Outcome::hit, microseconds(1), &credit});
            std::this_thread::yield();  // as a loop has other things to do between two
        }
    });
    int torn = 0;
    std::int64_t hits = 0;
    for (int i = 0; i < 20'000 || hits < 100; ++i) {
        const Figures sum = sum_of(till);
        hits += sum[Figure::hit];
        const bool whole = sum[Figure::saved] == 7 * sum[Figure::hit] &&
                           sum[Figure::latency_ms] == 800 * sum[Figure::hit];
        if (!whole) ++torn;
    }
    enough = true;
    loop.join();
    CHECK(torn == 0);
}

TEST_CASE("Histogram: quantiles are right within 7 %", "[ledger]") {
    Histogram histogram;
    for (int i = 1; i <= 100'000; ++i)
        histogram.add(microseconds(i));
    Histogram::Counts counts;
    counts.add(histogram);
    CHECK(counts.quantile_ms(0.5) == Approx(50.0).epsilon(0.07));
    CHECK(counts.quantile_ms(0.99) == Approx(99.0).epsilon(0.07));
    CHECK(counts.count() == 100'000);
    CHECK(static_cast<double>(counts.within(microseconds(10'000))) == Approx(10'000).epsilon(0.07));
    CHECK(counts.seconds() == Approx(5'000.05));
    histogram.add(std::chrono::hours(1'000'000));
    counts.add(histogram);
    CHECK(counts.quantile_ms(1.0) > 1'000'000);
}

}  // namespace refrain::ledger
