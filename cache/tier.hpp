// A Tier is one place an entry can be kept: memory, disk, later Redis. Thread-safe: each locks
// inside, never across I/O.
#pragma once

#include "base/error.hpp"
#include "cache/entry.hpp"

#include <cstdint>
#include <functional>

namespace refrain::cache {

// What expiry is compared with: wall_now, or a test's own. Called from any thread.
using WallClock = std::function<WallTime()>;

struct TierStats {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    std::uint64_t capacity_bytes = 0;
    std::uint64_t evictions = 0;
    std::uint64_t errors = 0;
};

class Tier {
  public:
    virtual ~Tier() = default;

    // The entry, null on a miss. An Error means the tier itself failed. Expired entries are
    // misses. May block on storage unless the tier says otherwise.
    virtual Result<EntryPtr> get(const Key& key) = 0;
    virtual Result<void> put(const EntryPtr& entry) = 0;
    // Whether there was one.
    virtual Result<bool> remove(const Key& key) = 0;
    virtual Result<void> clear() = 0;
    virtual TierStats stats() const = 0;
};

}  // namespace refrain::cache
