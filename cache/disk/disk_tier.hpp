// The second tier: a RocksDB store in the data directory. Survives kill -9; bodies are stored once
// under their own digest (docs/formats/disk.md). get() may block: call it from a worker thread,
// after may_contain() said it is worth it.
#pragma once

#include "cache/invalidation.hpp"
#include "cache/tier.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrain::cache {

struct DiskOptions {
    std::string directory;                       // made if missing
    std::uint64_t capacity_bytes = 10ULL << 30;  // of stored bodies and metadata
    std::size_t max_entry_bytes = 32ULL << 20;
    std::size_t block_cache_bytes = 32ULL << 20;
    BodyCoding body_coding = BodyCoding::zstd;  // of what is written from now on
    // Left to the file system, so that a store can always be compacted: put() refuses below it.
    // 0: no such bound.
    std::uint64_t min_free_bytes = 64ULL << 20;
    WallClock clock = wall_now;
    // What was declared dead is not found, and purged like what has expired. May be null.
    std::shared_ptr<const Invalidation> invalidation{};
};

class DiskTier final : public Tier {
  public:
    // Fails with a sentence a user can act on: not writable, locked by another process, written in
    // another format. A damaged store is moved aside and an empty one begun: see notice().
    static Result<std::unique_ptr<DiskTier>> open(const DiskOptions& options);
    ~DiskTier() override;

    Result<EntryPtr> get(const Key& key) override;
    Result<void> put(const EntryPtr& entry) override;
    // The same with the request it answers, in canonical form ("" for none): it lives and dies with
    // the entry.
    Result<void> put(const EntryPtr& entry, std::string_view request);
    // The request that an entry was put with, "" if there is none.
    Result<std::string> request_of(const Key& key) const;
    Result<bool> remove(const Key& key) override;
    Result<void> clear() override;
    TierStats stats() const override;

    // What the user should hear about the last opening; empty if all was well.
    std::string notice() const;

    // Whether the store can be written, opening it again if that is what it takes. For a caller
    // that left it alone after errors. May take long.
    Result<void> probe();

    // False: certainly not here. Memory only (bloom filters), so a loop may ask.
    bool may_contain(const Key& key) const;

    // The keys of entries that carry this name, at most `limit` of them.
    Result<std::vector<Key>> find_names(std::string_view name, std::size_t limit) const;

    // A small value of the caller's own under a name, on disk for certain when this returns; and
    // back, "" if there is none.
    Result<void> write_note(std::string_view name, std::string_view bytes);
    Result<std::string> read_note(std::string_view name) const;

    // Deletes what has expired or was declared dead, and, over capacity, what is worth least. A
    // bounded step of work; true if there may be more. Called by the writer's thread when it is
    // idle.
    Result<bool> purge_step();

    // Every entry's metadata (no bodies) in key order from `after` (exclusive), until `visit`
    // returns false.
    Result<void> scan(const Key& after, const std::function<bool(const Entry&)>& visit) const;

  private:
    struct Store;
    explicit DiskTier(std::unique_ptr<Store> store);
    template <class Verb>
    auto use(Verb verb) const -> decltype(verb(std::declval<Store&>()));
    std::unique_ptr<Store> store_;
};

}  // namespace refrain::cache
