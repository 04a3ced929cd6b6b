// What callers cannot do to the ledger, and what its readers never see.
#include "unit/ledger/samples.hpp"

#include <catch2/catch.hpp>

namespace refrain::ledger {

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

}  // namespace refrain::ledger
