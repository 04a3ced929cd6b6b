// Small helpers of the ledger's tests.
#pragma once

#include "ledger/ledger.hpp"
#include "support/scratch_dir.hpp"

#include <atomic>
#include <memory>
#include <string>

namespace refrain::ledger {

// A clock that stands still until it is set.
struct FakeClock {
    std::shared_ptr<std::atomic<std::int64_t>> ms =
        std::make_shared<std::atomic<std::int64_t>>(1'795'000'000'000);

    void advance(std::chrono::hours hours) { *ms += std::chrono::milliseconds(hours).count(); }
    WallTime operator()() const { return {ms->load()}; }
};

inline LedgerOptions in_memory(const FakeClock& clock) {
    LedgerOptions options;
    options.clock = clock;
    options.flush_every = std::chrono::hours(1);
    return options;
}

inline LedgerOptions on_disk(const FakeClock& clock, const std::string& directory) {
    LedgerOptions options = in_memory(clock);
    options.directory = directory + "/ledger";
    options.archive = directory + "/archive";
    return options;
}

inline CellId cell(Ledger& ledger,
                   const std::string& model,
                   std::vector<std::string> tags = {},
                   const std::string& operation = "chat") {
    return {ledger.names().subject({operation, "openai", model, ""}),
            ledger.names().party({"", std::move(tags)})};
}

// A hit worth that many pico-dollars.
inline void hit(Till& till, CellId id, std::int64_t pico) {
    Credit credit;
    credit.subject = id.subject;
    credit.is_priced = true;
    credit.cost_pico = pico;
    credit.input_tokens = 10;
    till.enter({id, Outcome::hit, std::chrono::microseconds(5), &credit});
}

inline void buy(Till& till, CellId id, std::int64_t pico) {
    till.buy({id, true, false, Money::pico(pico), Money(), std::chrono::microseconds(900)});
    till.enter({id, Outcome::miss, std::chrono::microseconds(900)});
}

}  // namespace refrain::ledger
