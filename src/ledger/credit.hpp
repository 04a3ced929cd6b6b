// What an entry is worth each time it answers: read once from its usage and price, then found on
// the entry itself. Immutable; any thread.
#pragma once

#include "cache/entry.hpp"
#include "ledger/names.hpp"

#include <cstdint>
#include <string>

namespace refrain::ledger {

struct Credit final : cache::Attached {
    SubjectId subject = 0;
    bool is_priced = false;
    std::int64_t cost_pico = 0;
    std::int64_t input_tokens = 0;
    std::int64_t output_tokens = 0;
    std::int64_t characters = 0;
    std::int64_t audio_ms = 0;
    std::int64_t latency_ms = 0;
    // Ready response fields, each with its CRLF: for who paid and for who did not. "" without a
    // price where the amount is not known.
    std::string paid_fields;
    std::string saved_fields;
};

const Credit& credit_of(Names& names, const cache::Entry& entry);

}  // namespace refrain::ledger
