// The RocksDB database of the disk tier: its column families, how it is tuned and how it is opened.
// Used by the files of this folder alone; of others only
// ledger/store.cpp knows RocksDB.
#pragma once

#include "base/error.hpp"
#include "cache/disk/disk_tier.hpp"

#include <rocksdb/db.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::cache {

// docs/formats/disk.md. Another number is another program's store: it is not touched.
inline constexpr std::string_view kStoreFormat = "1";

// Rows of the default column family.
inline constexpr std::string_view kFormatRow = "format";
inline constexpr std::string_view kTotalsRow = "totals";
inline constexpr std::string_view kScrubRow = "scrub";
inline constexpr std::string_view kProbeRow = "probe";
inline constexpr std::string_view kNotePrefix = "note:";

inline rocksdb::Slice slice(std::string_view bytes) {
    return {bytes.data(), bytes.size()};
}

inline std::string_view view(const rocksdb::Slice& bytes) {
    return {bytes.data(), bytes.size()};
}

// What a failed RocksDB call means to us.
Error error_of(const rocksdb::Status& status, std::string_view doing);

struct Database {
    Database() = default;
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    std::unique_ptr<rocksdb::DB> db;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;  // all of them, ours to destroy
    rocksdb::ColumnFamilyHandle* meta = nullptr;        // the default one
    rocksdb::ColumnFamilyHandle* entries = nullptr;     // key -> encoded entry
    rocksdb::ColumnFamilyHandle* bodies = nullptr;      // digest -> encoded body
    rocksdb::ColumnFamilyHandle* refs = nullptr;        // digest, key -> stored sizes
    rocksdb::ColumnFamilyHandle* names = nullptr;       // SHA-256 of a name, key -> nothing
    rocksdb::ColumnFamilyHandle* requests = nullptr;    // key -> encoded request
    // Those with entries in them.
    std::array<rocksdb::ColumnFamilyHandle*, 5> families() const {
        return {entries, bodies, refs, names, requests};
    }
    // Set by RocksDB's threads when they meet damage that stops all writing.
    std::shared_ptr<std::atomic<bool>> damaged;
};

// Opens or makes the store. One that is damaged beyond use is moved aside, `notice` says so, and an
// empty one takes its place.
Result<std::unique_ptr<Database>> open_database(const DiskOptions& options, std::string& notice);

}  // namespace refrain::cache
