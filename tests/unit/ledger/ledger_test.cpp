#include "ledger/store.hpp"
#include "unit/ledger/samples.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace refrain::ledger {
namespace {

std::string content_of(const std::string& path) {
    std::ifstream file(path);
    std::stringstream content;
    content << file.rdbuf();
    return content.str();
}

}  // namespace

TEST_CASE("Ledger: what was counted is there after a restart, by hour and by day", "[ledger]") {
    const tests::ScratchDir directory;
    FakeClock clock;
    Report before;
    {
        Ledger ledger(on_disk(clock, directory / "x"));
        REQUIRE(ledger.trouble() == "");
        Till& till = ledger.open_till();
        buy(till, cell(ledger, "a", {"red"}), 7);
        ledger.flush();
        clock.advance(std::chrono::hours(91 * 24));
        hit(till, cell(ledger, "b"), 20);
        ledger.flush();
        hit(till, cell(ledger, "b"), 1);
        before = ledger.report({});
    }
    Ledger ledger(on_disk(clock, directory / "x"));
    const auto after = ledger.report({});
    CHECK(after.totals == before.totals);
    CHECK(after.by_model == before.by_model);
    CHECK(after.by_tag == before.by_tag);
    CHECK(after.since == before.since);
    CHECK(after.totals.money(Figure::saved) == Money::pico(21));
}

TEST_CASE("Ledger: a reset begins again from zero and keeps what was", "[ledger]") {
    const tests::ScratchDir directory;
    FakeClock clock;
    {
        Ledger ledger(on_disk(clock, directory / "x"));
        Till& till = ledger.open_till();
        hit(till, cell(ledger, "a", {"red"}), 2'500'000);
        clock.advance(std::chrono::hours(5));
        const auto path = ledger.reset();
        REQUIRE(path);
        const auto archive = content_of(*path);
        CHECK(archive.find(R"("model":"a")") != std::string::npos);
        CHECK(archive.find(R"("tags":["red"])") != std::string::npos);
        CHECK(archive.find(R"("saved_usd":"0.0000025")") != std::string::npos);
        CHECK(ledger.report({}).totals == Sum{});
        CHECK(ledger.report({}).since == clock());
        CHECK(ledger.hits().count() == 0);
        const auto second = ledger.reset();
        REQUIRE(second);
        CHECK(*second != *path);
        hit(till, cell(ledger, "a"), 3);
    }
    Ledger ledger(on_disk(clock, directory / "x"));
    CHECK(ledger.report({}).totals.money(Figure::saved) == Money::pico(3));
    CHECK(ledger.report({}).since == clock());
}

TEST_CASE("Ledger: a store that cannot be opened costs no figure, and is joined later",
          "[ledger]") {
    const tests::ScratchDir directory;
    const FakeClock clock;
    {
        Ledger ledger(on_disk(clock, directory / "x"));
        hit(ledger.open_till(), cell(ledger, "a"), 100);
    }
    auto holder = std::make_unique<Ledger>(on_disk(clock, directory / "x"));
    Ledger ledger(on_disk(clock, directory / "x"));
    CHECK(ledger.trouble() != "");
    hit(ledger.open_till(), cell(ledger, "a"), 11);
    CHECK_FALSE(ledger.flush());
    CHECK(ledger.report({}).totals.money(Figure::saved) == Money::pico(11));
    holder.reset();
    CHECK(ledger.flush());
    CHECK(ledger.trouble() == "");
    CHECK(ledger.report({}).totals.money(Figure::saved) == Money::pico(111));
}

TEST_CASE("Ledger: rows come back as they were, and damage is seen", "[ledger]") {
    Row row;
    row.period = {true, 20'000};
    row.subject = {"chat", "openai", std::string("m\0x", 3), "v"};
    row.party = {"tenant", {"a", "b"}};
    for (std::size_t i = 0; i < kFigures; ++i)
        row.figures.values[i] = static_cast<std::int64_t>(i) * -7'000'000'000;
    const auto key = encode_key(row);
    const auto figures = encode_figures(row.figures);
    const auto read = decode_row(key, figures);
    REQUIRE(read);
    CHECK(read->period == row.period);
    CHECK(read->subject == row.subject);
    CHECK(read->party == row.party);
    CHECK(read->figures == row.figures);
    for (std::size_t cut = 0; cut < 30; ++cut) {
        CAPTURE(cut);
        CHECK_FALSE(decode_row(key.substr(0, cut), figures));
    }
    CHECK_FALSE(decode_row(key, figures.substr(0, 12)));
    CHECK_FALSE(decode_row(key, "\2" + figures.substr(1)));
    CHECK(decode_row(key, figures.substr(0, 9))->figures.values[0] == row.figures.values[0]);
}

TEST_CASE("Ledger: an entry's worth is read from its usage and price", "[ledger]") {
    Names names;
    cache::Entry entry;
    entry.operation = "chat";
    entry.model = "gpt-4o";
    entry.usage = R"({"input_tokens":1000,"output_tokens":100})";
    entry.price = R"({"usd":"0.0035"})";

    const Credit credit = read_credit(names, entry);
    CHECK(credit.is_priced);
    CHECK(credit.cost_pico == 3'500'000'000);
    CHECK(credit.input_tokens == 1000);
    CHECK(credit.output_tokens == 100);

    entry.price = R"({"unpriced":"no price is known for this model"})";
    CHECK_FALSE(read_credit(names, entry).is_priced);
}

}  // namespace refrain::ledger
