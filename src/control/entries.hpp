// GET /refrain/entries and POST /refrain/invalidate: questions in, JSON out. What reads the cache
// may block: worker threads.
#pragma once

#include "base/error.hpp"
#include "cache/tiered_cache.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::control {

struct EntriesQuestion {
    cache::Selector selector;
    cache::Key after;
    std::size_t limit = 50;
};

// limit=50&cursor=KEY and the members of a selector: model, operation, voice, tenant, tag, pattern.
// Fails with a sentence that names the parameter.
Result<EntriesQuestion> read_entries_question(std::string_view query);
Result<std::string> entries_json(cache::TieredCache& cache, const EntriesQuestion& question);

// One entry with the text of its body, where it is text, and the request it answers ("" where that
// is not known).
std::string entry_json(const cache::Entry& entry, const std::string& request);
// What its body may be shown as: nothing that a browser would run.
std::string body_type(const cache::Entry& entry);

struct InvalidateOrder {
    cache::Selector selector;
    WallTime before;
    bool dry_run = false;
};

// {"tags":[],"model":"","operation":"","voice":"","tenant":"","pattern":"","older_than":"",
// "all":false,"dry_run":false}; an order that selects nothing must say "all".
Result<InvalidateOrder> read_invalidate_order(std::string_view body, WallTime now);
// Counts what matches, and declares it dead unless it is a dry run. {"matched":N}
Result<std::string> invalidate(cache::TieredCache& cache, const InvalidateOrder& order);

}  // namespace refrain::control
