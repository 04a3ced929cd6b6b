#include "support/sanitized.hpp"
#include "unit/ledger/samples.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

namespace refrain::ledger {
namespace {

Filter only(std::string Filter::*member, const std::string& word) {
    Filter filter;
    filter.*member = word;
    return filter;
}

Money saved(const Report& report) {
    return report.totals.money(Figure::saved);
}

}  // namespace

TEST_CASE("Report: by every dimension, and by filters across them", "[ledger]") {
    const FakeClock clock;
    Ledger ledger(in_memory(clock));
    Till& till = ledger.open_till();
    hit(till, cell(ledger, "a", {"red", "big"}), 100);
    hit(till, cell(ledger, "a", {"red"}), 20);
    hit(till, cell(ledger, "b", {}, "embeddings"), 3);
    buy(till, cell(ledger, "b", {"red"}), 7);

    const auto all = ledger.report({});
    CHECK(saved(all) == Money::pico(123));
    CHECK(all.totals.money(Figure::spent) == Money::pico(7));
    CHECK(all.totals.requests() == 4);
    CHECK(all.by_model.at("a").money(Figure::saved) == Money::pico(120));
    CHECK(all.by_operation.at("embeddings").requests() == 1);
    CHECK(all.by_tag.at("red").requests() == 3);
    CHECK(all.by_tag.at("big").money(Figure::saved) == Money::pico(100));
    CHECK(all.by_provider.at("openai").requests() == 4);
    CHECK(all.by_tenant.empty());
    CHECK(saved(ledger.report(only(&Filter::tag, "red"))) == Money::pico(120));
    CHECK(saved(ledger.report(only(&Filter::model, "b"))) == Money::pico(3));
    CHECK(ledger.report(only(&Filter::operation, "chat")).by_model.at("b").requests() == 1);
    CHECK(ledger.report(only(&Filter::tenant, "nobody")).totals == Sum{});
}

TEST_CASE("Report: since looks at whole hours, and a series holds the same sum", "[ledger]") {
    FakeClock clock;
    Ledger ledger(in_memory(clock));
    Till& till = ledger.open_till();
    for (int hour = 0; hour < 48; ++hour) {
        hit(till, cell(ledger, "a"), 1 + hour);
        ledger.flush();
        clock.advance(std::chrono::hours(1));
    }
    Filter since;
    since.from = {clock().ms - std::chrono::milliseconds(std::chrono::hours(10)).count()};
    CHECK(ledger.report(since).totals.requests() == 10);
    CHECK(ledger.report({}).totals.requests() == 48);
    for (const int step : {1, 5, 24}) {
        Money sum;
        for (const auto& point : ledger.series(
                 Filter{{clock().ms - 48LL * 3'600'000}, {}, {}, {}, {}}, std::chrono::hours(step)))
            sum += point.sum.money(Figure::saved);
        CHECK(sum == Money::pico(48 * 49 / 2));
    }
}

TEST_CASE("Report: old hours become days, and no sum changes by it", "[ledger]") {
    FakeClock clock;
    Ledger ledger(in_memory(clock));
    Till& till = ledger.open_till();
    std::mt19937 random(3);
    for (int hour = 0; hour < 100 * 24; hour += 7) {
        hit(till, cell(ledger, "m" + std::to_string(random() % 5), {"t"}), random());
        ledger.flush();
        clock.advance(std::chrono::hours(7));
    }
    const auto before = ledger.report({});
    clock.advance(std::chrono::hours(24 * 200));
    ledger.flush();
    const auto after = ledger.report({});
    CHECK(after.totals == before.totals);
    CHECK(after.by_model == before.by_model);
    CHECK(after.by_tag == before.by_tag);
}

TEST_CASE("Report: sums do not depend on how hours are merged", "[ledger]") {
    std::mt19937_64 random(5);
    std::vector<Figures> hours(64);
    for (Figures& hour : hours) {
        for (auto& value : hour.values)
            value = static_cast<std::int64_t>(random() >> 20);
    }
    Sum one_by_one;
    for (const Figures& hour : hours)
        one_by_one.add(hour);
    Sum pairwise;
    for (std::size_t i = 0; i < hours.size(); i += 2) {
        Figures two = hours[i];
        two.add(hours[i + 1]);
        Sum pair;
        pair.add(two);
        pairwise.add(pair);
    }
    CHECK(one_by_one == pairwise);
}

TEST_CASE("Report: more cells in an hour than there is room for lose no money", "[ledger]") {
    const FakeClock clock;
    Ledger ledger(in_memory(clock));
    Till& till = ledger.open_till();
    for (int i = 0; i < 3'000; ++i)
        hit(till, cell(ledger, "m" + std::to_string(i % 900), {"t" + std::to_string(i % 7)}), 1);
    const auto report = ledger.report({});
    CHECK(saved(report) == Money::pico(3'000));
    CHECK(report.by_provider.at("openai").requests() == 3'000);
}

TEST_CASE("Report: 90 days of hours are told in under 50 ms", "[ledger]") {
    FakeClock clock;
    Ledger ledger(in_memory(clock));
    Till& till = ledger.open_till();
    for (int hour = 0; hour < 90 * 24; ++hour) {
        for (int i = 0; i < 60; ++i)
            hit(till, cell(ledger, "m" + std::to_string(i % 20), {"t" + std::to_string(i % 3)}), 1);
        ledger.flush();
        clock.advance(std::chrono::hours(1));
    }
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
        const auto started = std::clock();
        const auto report = ledger.report({});
        best =
            std::min(best, 1000.0 * static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC);
        REQUIRE(report.totals.requests() == 90 * 24 * 60);
    }
    CAPTURE(best);
    CHECK(best < 50 * tests::kSlower);
}

}  // namespace refrain::ledger
