// The first tier: entries in memory, bounded by bytes, sharded by key. Beside each entry it keeps
// the other forms it was asked for, so that a conversion is done once. get() never blocks.
#pragma once

#include "cache/tier.hpp"

#include <memory>
#include <string_view>

namespace refrain::cache {

class MemoryTier final : public Tier {
  public:
    explicit MemoryTier(std::size_t capacity_bytes);
    ~MemoryTier() override;

    Result<EntryPtr> get(const Key& key) override;
    Result<void> put(const EntryPtr& entry) override;
    Result<bool> remove(const Key& key) override;
    Result<void> clear() override;
    TierStats stats() const override;

    // The entry rewritten in that form, if it was put before and the entry itself is still here.
    EntryPtr get_form(const Key& key, std::string_view form);
    // `converted` has the key of its original and another form; it goes when the original goes.
    void put_form(const EntryPtr& converted);

  private:
    struct Shard;
    std::unique_ptr<Shard[]> shards_;
    std::size_t capacity_;
};

}  // namespace refrain::cache
