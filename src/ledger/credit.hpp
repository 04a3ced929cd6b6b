// What an entry is worth each time it answers.
#pragma once

#include "base/money.hpp"
#include "cache/entry.hpp"
#include "ledger/names.hpp"
#include "providers/usage.hpp"

#include <cstdint>
#include <optional>

namespace refrain::ledger {

struct Credit {
    SubjectId subject = 0;
    bool is_priced = false;
    std::int64_t cost_pico = 0;
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::int64_t characters = 0;
    std::int64_t audio_ms = 0;
    std::int64_t latency_ms = 0;
};

// From the usage and the price that stand in the entry as text.
Credit read_credit(Names& names, const cache::Entry& entry);

// The same where both are at hand; no cost: it has no price.
Credit credit_for(Names& names,
                  const cache::Entry& entry,
                  const providers::Usage& usage,
                  std::optional<Money> cost);

}  // namespace refrain::ledger
