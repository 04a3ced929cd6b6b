#include "cache/tiered_cache.hpp"

#include "cache/disk/disk_tier.hpp"
#include "cache/disk_writer.hpp"
#include "cache/memory/memory_tier.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <vector>

namespace refrain::cache {

namespace {

constexpr std::size_t kStripes = 64;
// Of one name. Those that expired but were not purged yet are tried in vain.
constexpr std::size_t kNamesTried = 256;

bool carries(const Entry& entry, std::string_view name) {
    return std::find(entry.names.begin(), entry.names.end(), name) != entry.names.end();
}

// Orders what happens to the keys it covers: each change is a new generation.
struct Stripe {
    std::mutex mutex;
    std::uint64_t generation = 0;
};

// Whoever brings an entry up from disk remembers the moment before reading and puts it in memory
// only if it is still that one: what was removed, replaced or declared dead meanwhile does not come
// back.
struct Moment {
    std::uint64_t generation = 0;       // of the key's stripe
    std::uint64_t times_forgotten = 0;  // one that was in force in between tells nothing now
    std::uint64_t name_removals = 0;

    bool operator==(const Moment&) const = default;
};

}  // namespace

struct TieredCache::State {
    State(std::unique_ptr<MemoryTier> memory_tier,
          std::unique_ptr<DiskTier> disk_tier,
          TieredOptions tiered)
        : options(std::move(tiered)), memory(std::move(memory_tier)), disk(std::move(disk_tier)) {
        if (disk) {
            writer = std::make_unique<DiskWriter>(*disk,
                                                  DiskWriterOptions{options.queue_bytes,
                                                                    options.error_budget,
                                                                    options.retry_after,
                                                                    options.purge_pause,
                                                                    options.invalidation});
            if (options.invalidation) restore_invalidation();
        }
    }

    // A list that cannot be read may have named anything.
    void restore_invalidation() const {
        if (writer->load_invalidation()) return;
        options.invalidation->add({{}, options.clock(), SteadyClock::now()});
    }

    Stripe& stripe(const Key& key) { return stripes[key.bytes[30] % kStripes]; }

    EntryPtr in_memory(const Key& key) const { return memory->get(key).value_or(nullptr); }

    bool is_dead(const Entry& entry) const {
        return options.invalidation && options.invalidation->kills(entry);
    }

    // REQUIRES: the stripe's lock, and a writer.
    Moment moment(const Stripe& home) const {
        const auto times_forgotten =
            options.invalidation ? options.invalidation->times_forgotten() : 0;
        return {home.generation, times_forgotten, writer->queue().name_removals()};
    }

    // False: it is not to be given out. Looked at again after it was put, for rules and names have
    // locks of their own: whoever forgets or removes comes either before that look or finds it in
    // memory.
    bool promote(Stripe& home, const Moment& read_at, const EntryPtr& entry) const {
        const std::lock_guard lock(home.mutex);
        if (is_dead(*entry) || moment(home) != read_at) return false;
        if (!memory->put(entry).has_value()) return false;
        if (moment(home) == read_at) return true;
        (void)memory->remove(entry->key);
        return false;
    }

    const TieredOptions options;
    const std::unique_ptr<MemoryTier> memory;
    const std::unique_ptr<DiskTier> disk;  // may be null, and then the writer is too
    std::array<Stripe, kStripes> stripes;
    std::unique_ptr<DiskWriter> writer;
};

TieredCache::TieredCache(std::unique_ptr<MemoryTier> memory,
                         std::unique_ptr<DiskTier> disk,
                         TieredOptions options)
    : state_(std::make_unique<State>(std::move(memory), std::move(disk), std::move(options))) {}

TieredCache::~TieredCache() = default;

EntryPtr TieredCache::find_in_memory(const Key& key) {
    return state_->in_memory(key);
}

bool TieredCache::worth_asking_disk(const Key& key) const {
    if (!state_->writer) return false;
    if (const auto outcome = state_->writer->queue().outcome(key)) return *outcome != nullptr;
    return state_->writer->in_service() && state_->disk->may_contain(key);
}

Found TieredCache::find(const Key& key) {
    if (auto entry = state_->in_memory(key)) return {std::move(entry), "memory"};
    if (!state_->writer) return {};

    auto& home = state_->stripe(key);
    std::unique_lock lock(home.mutex);
    const Moment read_at = state_->moment(home);
    lock.unlock();

    EntryPtr entry;
    std::string_view tier = "memory";
    if (const auto outcome = state_->writer->queue().outcome(key)) {
        if (!*outcome || !(*outcome)->is_fresh(state_->options.clock())) return {};
        if (state_->is_dead(**outcome)) return {};
        entry = *outcome;
    } else {
        entry = state_->writer->read(key);
        if (entry && state_->writer->queue().removes_any(entry->names)) return {};
        tier = "disk";
    }
    if (!entry) return {};
    if (state_->promote(home, read_at, entry)) return {std::move(entry), tier};
    auto other = state_->in_memory(key);
    return other ? Found{std::move(other), "memory"} : Found{};
}

EntryPtr TieredCache::find_form(const Key& key, std::string_view form) {
    return state_->memory->get_form(key, form);
}

void TieredCache::keep_form(const EntryPtr& converted) {
    state_->memory->put_form(converted);
}

bool TieredCache::keep(const EntryPtr& entry, std::string request) {
    if (!entry || !entry->body || entry->body->size() > state_->options.max_entry_bytes) {
        return false;
    }
    RequestText text;
    if (!request.empty() && request.size() <= kMaxRequestBytes && state_->writer) {
        text = std::make_shared<const std::string>(std::move(request));
    }
    auto& home = state_->stripe(entry->key);
    const std::lock_guard lock(home.mutex);
    ++home.generation;
    const bool in_memory = state_->memory->put(entry).has_value();
    const bool fresh = entry->is_fresh(state_->options.clock());
    if (state_->writer && fresh) state_->writer->write(entry, std::move(text));
    return in_memory;
}

std::string TieredCache::request_of(const Key& key) {
    if (!state_->writer) return {};
    if (const auto waiting = state_->writer->queue().request_of(key)) return *waiting;
    return state_->writer->read_request(key);
}

bool TieredCache::remove(const Key& key) {
    auto& home = state_->stripe(key);
    const std::lock_guard lock(home.mutex);
    ++home.generation;
    const bool in_memory = state_->memory->remove(key).value_or(false);
    const bool on_disk = state_->writer && state_->writer->remove(key);
    return in_memory || on_disk;
}

EntryPtr TieredCache::find_named_in_memory(std::string_view name) {
    for (const auto& key : state_->memory->find_names(name, kNamesTried)) {
        auto entry = state_->in_memory(key);
        if (entry && carries(*entry, name)) return entry;
    }
    return nullptr;
}

// In the order in which an entry moves: whoever leaves one place is found in the next.
Found TieredCache::find_named(std::string_view name) {
    if (auto entry = find_named_in_memory(name)) return {std::move(entry), "memory"};
    if (!state_->writer) return {};
    auto keys = state_->writer->queue().find_names(name, kNamesTried);
    if (const auto on_disk = state_->writer->find_names(name, kNamesTried)) {
        keys.insert(keys.end(), on_disk->begin(), on_disk->end());
    }
    for (const auto& key : keys) {
        auto found = find(key);
        if (found.entry && carries(*found.entry, name)) return found;
    }
    return {};
}

// In the same order.
bool TieredCache::remove_named(std::string_view name) {
    bool removed = false;
    const auto remove_all = [&](const std::vector<Key>& keys) {
        for (const auto& key : keys)
            removed = remove(key) || removed;
    };
    remove_all(state_->memory->find_names(name, kAllNames));
    if (!state_->writer) return removed;
    remove_all(state_->writer->queue().find_names(name, kAllNames));
    if (const auto keys = state_->writer->find_names(name, kAllNames)) {
        remove_all(*keys);
    } else {
        state_->writer->queue().remove_name(name);
        // Whoever brought one up before the queue knew.
        remove_all(state_->memory->find_names(name, kAllNames));
    }
    return removed;
}

void TieredCache::clear() {
    if (state_->writer) state_->writer->queue().clear();
    for (auto& home : state_->stripes) {
        const std::lock_guard lock(home.mutex);
        ++home.generation;
    }
    // Cannot fail: memory has no I/O.
    static_cast<void>(state_->memory->clear());
}

// Two lists in key order become one; what memory has too counts once.
Result<void> TieredCache::scan(const Key& after, const std::function<bool(const Entry&)>& visit) {
    std::map<Key, EntryPtr> here;
    state_->memory->for_each([&](const EntryPtr& entry) {
        if (entry->key > after) here.emplace(entry->key, entry);
    });
    bool go_on = true;
    const auto visit_here_up_to = [&](const Key* last) {
        while (go_on && !here.empty() && (last == nullptr || here.begin()->first <= *last)) {
            go_on = visit(*here.begin()->second);
            here.erase(here.begin());
        }
    };
    if (state_->writer && state_->writer->in_service()) {
        flush();
        auto scanned = state_->disk->scan(after, [&](const Entry& entry) {
            const bool twice = here.count(entry.key) > 0;
            visit_here_up_to(&entry.key);
            if (go_on && !twice) go_on = visit(entry);
            return go_on;
        });
        if (!scanned) return scanned;
    }
    visit_here_up_to(nullptr);
    return {};
}

Result<void> TieredCache::invalidate(const Selector& selector, WallTime before) {
    if (!state_->options.invalidation) {
        return failure(ErrorCode::unsupported, Origin::cache, "this cache has no invalidation");
    }
    state_->options.invalidation->add({selector, before, SteadyClock::now()});
    state_->memory->sweep();
    return state_->writer ? state_->writer->save_invalidation() : Result<void>{};
}

void TieredCache::flush() {
    if (state_->writer) state_->writer->queue().wait_until_done();
}

TieredCache::Stats TieredCache::stats() const {
    Stats stats;
    stats.memory = state_->memory->stats();
    if (!state_->writer) return stats;
    stats.disk = state_->disk->stats();
    stats.disk_configured = true;
    stats.disk_in_service = state_->writer->in_service();
    stats.writes_dropped = state_->writer->dropped();
    stats.queued_bytes = state_->writer->queue().bytes();
    return stats;
}

}  // namespace refrain::cache
