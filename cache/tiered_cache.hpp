// The tiers as one: memory first, disk behind it, writes behind the answer. The cache can fail; the
// request cannot: a broken tier is a miss with a reason, and too many errors take the disk out of
// service until it heals.
#pragma once

#include "cache/entry.hpp"
#include "cache/invalidation.hpp"
#include "cache/tier.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::cache {

class MemoryTier;
class DiskTier;

struct TieredOptions {
    std::size_t max_entry_bytes = 32ULL << 20;
    std::size_t queue_bytes = 64ULL
                              << 20;  // of entries waiting to be written; over it they are dropped
    unsigned error_budget = 5;        // disk errors in a row before it is left alone
    std::chrono::milliseconds retry_after{5'000};   // then one write is tried again
    std::chrono::milliseconds purge_pause{60'000};  // between looking through all of the disk
    WallClock clock = wall_now;
    // The same that the tiers were given, so that they agree. Null: invalidate() is refused.
    std::shared_ptr<Invalidation> invalidation{};
};

// What a lookup found, and where: "memory", "disk", or "" for nothing.
struct Found {
    EntryPtr entry;
    std::string_view tier;
};

class TieredCache {
  public:
    // `disk` may be null: memory alone. Starts the writer thread.
    TieredCache(std::unique_ptr<MemoryTier> memory,
                std::unique_ptr<DiskTier> disk,
                TieredOptions options);
    // Writes what is queued, then stops. A removal that a broken disk refused until then is lost.
    ~TieredCache();
    TieredCache(const TieredCache&) = delete;
    TieredCache& operator=(const TieredCache&) = delete;

    // Memory alone: never blocks. Expired entries are not found.
    EntryPtr find_in_memory(const Key& key);
    // Whether find() may find more than memory did. Never blocks.
    bool worth_asking_disk(const Key& key) const;
    // Both tiers, and brings what the disk had into memory. May block: worker threads only.
    Found find(const Key& key);

    // See MemoryTier.
    EntryPtr find_form(const Key& key, std::string_view form);
    void keep_form(const EntryPtr& converted);

    // In memory when this returns, on disk soon after. False: over max_entry_bytes, not kept.
    // `request` is what it answers, in canonical form, for people who look: on disk only, and not
    // at all if it is "" or over kMaxRequestBytes.
    bool keep(const EntryPtr& entry, std::string request = {});
    static constexpr std::size_t kMaxRequestBytes = 256 << 10;
    // The request that the entry of that key answers; "" if it is not known. May block.
    std::string request_of(const Key& key);
    // From memory at once; from disk in the order of writes. Returns whether memory had it or the
    // disk may have it.
    bool remove(const Key& key);
    // An entry of that name, whichever of them is there: memory's first, then the disk's. May block
    // as find() does. find_named_in_memory() never blocks.
    Found find_named(std::string_view name);
    EntryPtr find_named_in_memory(std::string_view name);
    // Removes every entry of that name wherever it is, queued writes included. May block.
    bool remove_named(std::string_view name);
    void clear();

    // Every live entry's metadata in key order from `after` (exclusive), until `visit` returns
    // false; bodies only where memory has them. Waits for queued writes: worker threads only.
    Result<void> scan(const Key& after, const std::function<bool(const Entry&)>& visit);
    // Declares dead what matches and was born before that time. True at once in every tier; saved
    // when this returns, and an Error says that it could not be. May block.
    Result<void> invalidate(const Selector& selector, WallTime before);

    // Waits until everything queued so far was written or given up.
    void flush();

    struct Stats {
        TierStats memory;
        TierStats disk;
        bool disk_configured = false;
        bool disk_in_service = false;
        std::uint64_t writes_dropped = 0;
        std::uint64_t queued_bytes = 0;
    };
    Stats stats() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace refrain::cache
