// The first tier: entries in memory, bounded by bytes, sharded by key. Beside each entry it keeps
// the other forms it was asked for, so that a conversion is done once. get() never blocks. Any
// thread.
#pragma once

#include "cache/invalidation.hpp"
#include "cache/tier.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace refrain::cache {

class MemoryTier final : public Tier {
  public:
    // The bound is for all shards together, so one entry may be as large as all of it.
    // What `invalidation` declares dead is not found; it may be null.
    explicit MemoryTier(std::size_t capacity_bytes,
                        WallClock clock = wall_now,
                        std::shared_ptr<const Invalidation> invalidation = nullptr);
    ~MemoryTier() override;

    Result<EntryPtr> get(const Key& key) override;
    // Larger than the whole capacity: not kept, and what its key held before goes.
    Result<void> put(const EntryPtr& entry) override;
    Result<bool> remove(const Key& key) override;
    Result<void> clear() override;
    TierStats stats() const override;

    // The entry rewritten in that form, if it was put before and the entry itself is still here;
    // the entry itself if that is its form.
    EntryPtr get_form(const Key& key, std::string_view form);
    // `converted` has the key, `created` and `expires` of its original and another form; it goes
    // when the original goes. Forgotten if the original is no longer here, or another one is.
    void put_form(const EntryPtr& converted);

    // The keys of entries here that carry this name, at most `limit` of them.
    std::vector<Key> find_names(std::string_view name, std::size_t limit) const;

    // Every live entry here, in no order. No lock is held while `visit` runs.
    void for_each(const std::function<void(const EntryPtr&)>& visit) const;
    // Lets go of what was declared dead.
    void sweep();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace refrain::cache
