// What the gateway works out once about an entry and then finds on it: what it is worth, and the
// unchanging part of the head that its hits are answered with. Immutable; any thread.
#pragma once

#include "cache/entry.hpp"
#include "ledger/credit.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace refrain::gateway {

struct Standing final : cache::Attached {
    ledger::Credit credit;
    // Ready response fields, each with its CRLF: for who paid and for who did not. Without a price,
    // "" where the amount is not known.
    std::string paid_fields;
    std::string saved_fields;
    std::string key;       // in hex
    std::string hit_head;  // of every hit, but for what depends on the time and the request
};

// From the entry, when it is asked for the first time.
const Standing& standing_of(ledger::Names& names, const cache::Entry& entry);

// Of an entry that was just made, from what is known of it.
void attach_standing(const cache::Entry& entry, const ledger::Credit& credit);

// The head of a hit on that entry: an id of its own, its age and how long it is kept.
void write_hit_head(std::string& head,
                    const cache::Entry& entry,
                    const Standing& standing,
                    std::string_view detail);

}  // namespace refrain::gateway
