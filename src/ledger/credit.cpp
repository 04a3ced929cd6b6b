#include "ledger/credit.hpp"

#include "providers/bill.hpp"
#include "providers/usage.hpp"

#include <memory>

namespace refrain::ledger {

namespace {

std::string fields(const std::string& cost, const std::string& saved) {
    return "X-Refrain-Cost-USD: " + cost + "\r\nX-Refrain-Saved-USD: " + saved + "\r\n";
}

}  // namespace

const Credit& credit_of(Names& names, const cache::Entry& entry) {
    if (const auto* known = entry.attachment.get()) return static_cast<const Credit&>(*known);
    auto credit = std::make_unique<Credit>();
    credit->subject = names.subject({entry.operation, entry.provider, entry.model, entry.voice});
    if (const auto price = providers::read_kept_price(entry.price)) {
        credit->is_priced = true;
        credit->cost_pico = price->cost.pico64();
    }
    if (const auto usage = providers::Usage::from_json(entry.usage)) {
        credit->input_tokens = usage->input_tokens;
        credit->output_tokens = usage->output_tokens;
        credit->characters = usage->characters;
        credit->audio_ms = usage->audio_milliseconds;
    }
    credit->latency_ms = entry.latency.count();
    const std::string none = Money().decimal();
    if (credit->is_priced) {
        const std::string cost = Money::pico(credit->cost_pico).decimal();
        credit->paid_fields = fields(cost, none);
        credit->saved_fields = fields(none, cost);
    } else {
        credit->saved_fields = "X-Refrain-Cost-USD: " + none + "\r\n";
    }
    return static_cast<const Credit&>(entry.attachment.attach(std::move(credit)));
}

}  // namespace refrain::ledger
