#include "cache/memory/memory_tier.hpp"

#include "cache/name_index.hpp"

#include <array>
#include <atomic>
#include <list>
#include <mutex>
#include <unordered_map>

namespace refrain::cache {

namespace {

constexpr std::size_t kShards = 16;
constexpr std::size_t kSlotOverhead = 192;  // list and map nodes, control blocks
constexpr std::size_t kNameOverhead = 128;

struct Slot {
    EntryPtr entry;
    std::vector<EntryPtr> forms;  // a handful at most
    std::size_t bytes = 0;        // of all of these
};

using Slots = std::list<Slot>;

// A put or an eviction moves slots to a list of this kind, which dies after the lock is released.
using Dropped = Slots;

struct Shard {
    std::mutex mutex;
    Slots slots;  // the least recently used first
    std::unordered_map<Key, Slots::iterator, KeyHash> index;
};

// Which keys a name belongs to. Locked after a shard's lock, never before.
class Names {
  public:
    void add(const Entry& entry) {
        if (entry.names.empty()) return;
        const std::lock_guard lock(mutex_);
        index_.add(entry);
    }

    void remove(const Entry& entry) {
        if (entry.names.empty()) return;
        const std::lock_guard lock(mutex_);
        index_.remove(entry);
    }

    std::vector<Key> find(std::string_view name, std::size_t limit) const {
        const std::lock_guard lock(mutex_);
        return index_.find(name, limit);
    }

  private:
    mutable std::mutex mutex_;
    NameIndex index_;
};

std::size_t cost_of(const Entry& entry) {
    return entry.size_bytes() + kSlotOverhead + entry.names.size() * kNameOverhead;
}

}  // namespace

struct MemoryTier::State {
    State(std::size_t capacity_bytes, WallClock wall, std::shared_ptr<const Invalidation> rules)
        : capacity(capacity_bytes), clock(std::move(wall)), invalidation(std::move(rules)) {}

    // The maps inside hash the first eight bytes of the key, so the last one picks the shard.
    Shard& shard(const Key& key) { return shards[key.bytes.back() % kShards]; }

    bool is_dead(const Entry& entry) const { return invalidation && invalidation->kills(entry); }
    bool is_fresh(const Entry& entry) const {
        return (entry.expires.is_forever() || entry.is_fresh(clock())) && !is_dead(entry);
    }

    // Both REQUIRE the shard's lock.
    Slot* touch(Shard& home, const Key& key, Dropped& dropped);
    void take_out(Shard& home, Slots::iterator slot, Dropped& dropped);

    bool evict_one_from(Shard& home, const Key& spared, Dropped& dropped);
    void shrink(const Key& spared);

    std::array<Shard, kShards> shards;
    Names names;
    std::atomic<std::size_t> bytes{0};
    std::atomic<std::size_t> entries{0};
    std::atomic<std::uint64_t> evictions{0};
    std::atomic<std::size_t> next_victim{0};
    std::size_t capacity;
    WallClock clock;
    const std::shared_ptr<const Invalidation> invalidation;
};

// The slot of that key, now the most recently used; null if there is none or it has expired.
Slot* MemoryTier::State::touch(Shard& home, const Key& key, Dropped& dropped) {
    const auto found = home.index.find(key);
    if (found == home.index.end()) return nullptr;
    const auto slot = found->second;
    if (!is_fresh(*slot->entry)) {
        take_out(home, slot, dropped);
        return nullptr;
    }
    home.slots.splice(home.slots.end(), home.slots, slot);
    return &*slot;
}

void MemoryTier::State::take_out(Shard& home, Slots::iterator slot, Dropped& dropped) {
    home.index.erase(slot->entry->key);
    names.remove(*slot->entry);
    bytes -= slot->bytes;
    --entries;
    dropped.splice(dropped.end(), home.slots, slot);
}

bool MemoryTier::State::evict_one_from(Shard& home, const Key& spared, Dropped& dropped) {
    const std::lock_guard lock(home.mutex);
    auto victim = home.slots.begin();
    if (victim != home.slots.end() && victim->entry->key == spared) ++victim;
    if (victim == home.slots.end()) return false;
    take_out(home, victim, dropped);
    ++evictions;
    return true;
}

// Keys are uniform, so the shards' oldest in turn are, near enough, the oldest of all. Ends with a
// whole round without a victim: nothing but the spared entry was left, and whoever put another
// meanwhile shrinks as well.
void MemoryTier::State::shrink(const Key& spared) {
    std::size_t idle = 0;
    while (bytes > capacity && idle < kShards) {
        Dropped dropped;
        auto& home = shards[next_victim++ % kShards];
        idle = evict_one_from(home, spared, dropped) ? 0 : idle + 1;
    }
}

MemoryTier::MemoryTier(std::size_t capacity_bytes,
                       WallClock clock,
                       std::shared_ptr<const Invalidation> invalidation)
    : state_(std::make_unique<State>(capacity_bytes, std::move(clock), std::move(invalidation))) {}

MemoryTier::~MemoryTier() = default;

Result<EntryPtr> MemoryTier::get(const Key& key) {
    Dropped dropped;
    auto& home = state_->shard(key);
    const std::lock_guard lock(home.mutex);
    const auto* slot = state_->touch(home, key, dropped);
    return slot != nullptr ? slot->entry : nullptr;
}

EntryPtr MemoryTier::get_form(const Key& key, std::string_view form) {
    Dropped dropped;
    auto& home = state_->shard(key);
    const std::lock_guard lock(home.mutex);
    const auto* slot = state_->touch(home, key, dropped);
    if (slot == nullptr) return nullptr;
    if (slot->entry->form == form) return slot->entry;
    for (const auto& other : slot->forms) {
        if (other->form == form) return other;
    }
    return nullptr;
}

Result<void> MemoryTier::put(const EntryPtr& entry) {
    const auto cost = cost_of(*entry);
    Slots fresh;
    fresh.push_back({entry, {}, cost});
    Dropped dropped;
    {
        auto& home = state_->shard(entry->key);
        const std::lock_guard lock(home.mutex);
        const auto old = home.index.find(entry->key);
        if (old != home.index.end()) state_->take_out(home, old->second, dropped);
        // Under the lock: a rule that is not seen here is swept after this.
        if (cost > state_->capacity || state_->is_dead(*entry)) return {};
        home.index[entry->key] = fresh.begin();
        home.slots.splice(home.slots.end(), fresh);
        state_->names.add(*entry);
        state_->bytes += cost;
        ++state_->entries;
    }
    state_->shrink(entry->key);
    return {};
}

void MemoryTier::put_form(const EntryPtr& converted) {
    const auto cost = cost_of(*converted);
    EntryPtr replaced;
    Dropped dropped;
    {
        auto& home = state_->shard(converted->key);
        const std::lock_guard lock(home.mutex);
        auto* slot = state_->touch(home, converted->key, dropped);
        if (slot == nullptr || slot->entry->created != converted->created ||
            slot->entry->expires != converted->expires || slot->entry->form == converted->form ||
            slot->bytes + cost > state_->capacity) {
            return;
        }
        for (auto& other : slot->forms) {
            if (other->form != converted->form) continue;
            const auto old_cost = cost_of(*other);
            slot->bytes -= old_cost;
            state_->bytes -= old_cost;
            replaced = std::move(other);
            other = slot->forms.back();
            slot->forms.pop_back();
            break;
        }
        slot->forms.push_back(converted);
        slot->bytes += cost;
        state_->bytes += cost;
    }
    state_->shrink(converted->key);
}

Result<bool> MemoryTier::remove(const Key& key) {
    Dropped dropped;
    auto& home = state_->shard(key);
    const std::lock_guard lock(home.mutex);
    const auto found = home.index.find(key);
    if (found == home.index.end()) return false;
    const bool was_fresh = state_->is_fresh(*found->second->entry);
    state_->take_out(home, found->second, dropped);
    return was_fresh;
}

Result<void> MemoryTier::clear() {
    for (auto& home : state_->shards) {
        Dropped dropped;
        const std::lock_guard lock(home.mutex);
        while (!home.slots.empty()) {
            state_->take_out(home, home.slots.begin(), dropped);
        }
    }
    return {};
}

TierStats MemoryTier::stats() const {
    return {state_->entries, state_->bytes, state_->capacity, state_->evictions, 0};
}

void MemoryTier::for_each(const std::function<void(const EntryPtr&)>& visit) const {
    for (auto& home : state_->shards) {
        std::vector<EntryPtr> here;
        {
            const std::lock_guard lock(home.mutex);
            for (const auto& slot : home.slots) {
                if (state_->is_fresh(*slot.entry)) here.push_back(slot.entry);
            }
        }
        for (const auto& entry : here)
            visit(entry);
    }
}

void MemoryTier::sweep() {
    for (auto& home : state_->shards) {
        Dropped dropped;
        const std::lock_guard lock(home.mutex);
        for (auto slot = home.slots.begin(); slot != home.slots.end();) {
            const auto here = slot++;
            if (state_->is_dead(*here->entry)) state_->take_out(home, here, dropped);
        }
    }
}

std::vector<Key> MemoryTier::find_names(std::string_view name, std::size_t limit) const {
    return state_->names.find(name, limit);
}

}  // namespace refrain::cache
