// A child enters hits as fast as it can and tells, before each, how many there will be, and after
// each flush, how many are stored; SIGKILL ends it at a random moment. What the ledger then holds
// lies between the two, and the next child goes on from there: nothing counts twice.
// REFRAIN_KILL_LOOPS sets the number of rounds.
#include "faults/processes.hpp"
#include "unit/ledger/samples.hpp"

#include <catch2/catch.hpp>
#include <sys/mman.h>

#include <chrono>
#include <random>
#include <thread>

using namespace refrain;
using namespace refrain::ledger;

namespace {

constexpr std::int64_t kWorth = 1'234'567;

// Shared with the children.
struct Told {
    std::atomic<std::int64_t> entered{0};
    std::atomic<std::int64_t> stored{0};
    std::atomic<std::int64_t> found{0};
    std::atomic<std::int64_t> found_pico{0};
};

LedgerOptions options_for(const std::string& directory) {
    LedgerOptions options;
    options.directory = directory;
    options.flush_every = std::chrono::milliseconds(3);
    return options;
}

int count_until_killed(const std::string& directory, Told& told) {
    Ledger ledger(options_for(directory));
    if (!ledger.trouble().empty()) return 1;
    Till& till = ledger.open_till();
    for (std::int64_t i = told.found.load();; ++i) {
        told.entered = i + 1;
        hit(till,
            cell(ledger, "m" + std::to_string(i % 50), {"t" + std::to_string(i % 3)}),
            kWorth);
        if (i % 500 != 0) continue;
        if (!ledger.flush()) return 2;
        told.stored = i + 1;
    }
}

int inspect(const std::string& directory, Told& told) {
    Ledger ledger(options_for(directory));
    if (!ledger.trouble().empty()) return 10;
    const auto report = ledger.report({});
    told.found = report.totals.count(Figure::hit);
    told.found_pico = report.totals.money(Figure::saved).pico64();
    Sum by_model;
    for (const auto& [name, sum] : report.by_model)
        by_model.add(sum);
    return by_model == report.totals ? 0 : 11;
}

}  // namespace

TEST_CASE("After kill -9 at any moment, the ledger has what was stored and nothing twice",
          "[faults][ledger]") {
    const tests::ScratchDir scratch;
    const std::string directory = scratch / "ledger";
    void* shared =
        mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(shared != MAP_FAILED);
    auto& told = *new (shared) Told;
    std::mt19937 random(1);
    const int loops = cache::from_environment("REFRAIN_KILL_LOOPS", 15);
    for (int loop = 0; loop < loops; ++loop) {
        const auto child = cache::start_child([&] { return count_until_killed(directory, told); });
        // The moment of death is the point of this test.
        std::this_thread::sleep_for(std::chrono::milliseconds(30 + random() % 300));
        kill(child, SIGKILL);
        REQUIRE(cache::wait_for(child) == -SIGKILL);
        REQUIRE(cache::run_child([&] { return inspect(directory, told); }) == 0);
        CAPTURE(loop, told.entered.load(), told.stored.load());
        CHECK(told.found.load() >= told.stored.load());
        CHECK(told.found.load() <= told.entered.load());
        CHECK(told.found_pico.load() == told.found.load() * kWorth);
    }
    CHECK(told.found.load() > 0);
    munmap(shared, sizeof(Told));
}
