#include "ledger/credit.hpp"

#include "providers/bill.hpp"

namespace refrain::ledger {

Credit read_credit(Names& names, const cache::Entry& entry) {
    const auto price = providers::read_kept_price(entry.price);
    const auto usage = providers::Usage::from_json(entry.usage);
    return credit_for(names,
                      entry,
                      usage.value_or(providers::Usage{}),
                      price ? std::optional(price->cost) : std::nullopt);
}

Credit credit_for(Names& names,
                  const cache::Entry& entry,
                  const providers::Usage& usage,
                  std::optional<Money> cost) {
    Credit credit;
    credit.subject = names.subject({entry.operation, entry.provider, entry.model, entry.voice});
    credit.is_priced = cost.has_value();
    credit.cost_pico = cost ? cost->pico64() : 0;
    credit.input_tokens = usage.input_tokens;
    credit.output_tokens = usage.output_tokens;
    credit.characters = usage.characters;
    credit.audio_ms = usage.audio_milliseconds;
    credit.latency_ms = entry.latency.count();
    return credit;
}

}  // namespace refrain::ledger
