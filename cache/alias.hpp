// From the raw bytes of a request to its key: SDKs send the same bytes again, so a repeated hit
// needs neither JSON nor SHA-256. XXH3-128 with a per-process secret finds the candidate; the bytes
// themselves are compared before it counts (above 256 KiB, their SHA-256). Bounded in bytes; the
// oldest that nobody asked for since go first. Thread-safe, sharded.
#pragma once

#include "cache/key.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace refrain::cache {

// What the bytes were found to mean.
struct Alias {
    Key key;
    std::optional<Key> wider;  // of the entry whose answer would hold this one's as well
    std::string form;          // the shape this caller wants
    std::string operation;
    std::string model;
    bool elsewhere = false;  // the model is asked at another upstream than the path says
};

using AliasPtr = std::shared_ptr<const Alias>;

class AliasTable {
  public:
    explicit AliasTable(std::size_t capacity_bytes);
    ~AliasTable();
    AliasTable(const AliasTable&) = delete;
    AliasTable& operator=(const AliasTable&) = delete;

    // `parts` are framed by their length, so no two lists are the same.
    AliasPtr find(std::span<const std::string_view> parts) const;
    void put(std::span<const std::string_view> parts, AliasPtr alias);
    void clear();
    std::size_t size_bytes() const;

  private:
    struct Shard;
    Shard& shard(std::uint64_t hash) const;
    std::size_t shard_count_;
    std::size_t capacity_per_shard_;
    std::unique_ptr<Shard[]> shards_;
};

}  // namespace refrain::cache
