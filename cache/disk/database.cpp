#include "cache/disk/database.hpp"

#include "cache/disk/directory.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>

namespace refrain::cache {

namespace {

constexpr std::size_t kBlobAboveBytes = 4 << 10;

// RocksDB keeps no diary here: what goes wrong comes back as an error, and Debian's build aborts
// when the diary itself cannot be written (a full disk).
class NoDiary final : public rocksdb::Logger {
  public:
    using rocksdb::Logger::Logv;
    void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

// Notes when RocksDB's own threads meet damage: from then on it refuses all writes. After any
// other error it must not try to go on by itself either: it would write to the log that failed,
// which Debian's build answers with abort(). DiskTier::probe() opens the store again instead.
class DamageListener final : public rocksdb::EventListener {
  public:
    DamageListener(std::string directory, std::shared_ptr<std::atomic<bool>> damaged)
        : directory_(std::move(directory)), damaged_(std::move(damaged)) {}

    void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/,
                           rocksdb::Status* status) override {
        if (!status->IsCorruption() || damaged_->exchange(true)) return;
        mark_damaged(directory_);
    }

    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/,
                              rocksdb::Status /*error*/,
                              bool* auto_recovery) override {
        *auto_recovery = false;
    }

  private:
    std::string directory_;
    std::shared_ptr<std::atomic<bool>> damaged_;
};

rocksdb::DBOptions database_options(const DiskOptions& options,
                                    const std::shared_ptr<std::atomic<bool>>& damaged) {
    rocksdb::DBOptions tuned;
    tuned.create_if_missing = true;
    tuned.create_missing_column_families = true;
    tuned.listeners.push_back(std::make_shared<DamageListener>(options.directory, damaged));
    // After a crash, what the log holds up to the first torn record.
    tuned.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    // Opening: no scans, no flush; and a log that is soon replayed.
    tuned.max_total_wal_size = 16ULL << 20;
    tuned.avoid_flush_during_recovery = true;
    tuned.skip_stats_update_on_db_open = true;
    // Every table's filter stays in memory, so may_contain() needs no disk.
    tuned.max_open_files = -1;
    tuned.db_write_buffer_size = 32ULL << 20;
    tuned.max_background_jobs = 2;
    tuned.bytes_per_sync = 1 << 20;
    tuned.allow_fallocate = false;
    tuned.max_bgerror_resume_count = 0;
    tuned.info_log = std::make_shared<NoDiary>();
    tuned.max_manifest_file_size = 16ULL << 20;
    tuned.stats_dump_period_sec = 0;
    tuned.stats_persist_period_sec = 0;
    return tuned;
}

rocksdb::ColumnFamilyOptions family_options(const std::shared_ptr<rocksdb::Cache>& block_cache) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = block_cache;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.cache_index_and_filter_blocks = false;
    table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
    table.format_version = 5;

    rocksdb::ColumnFamilyOptions tuned;
    tuned.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    tuned.write_buffer_size = 16ULL << 20;
    tuned.memtable_prefix_bloom_size_ratio = 0.02;
    tuned.memtable_whole_key_filtering = true;
    tuned.level_compaction_dynamic_level_bytes = true;
    tuned.compression = rocksdb::kNoCompression;  // digests, and bodies that are zstd already
    return tuned;
}

rocksdb::ColumnFamilyOptions options_of(const std::string& name,
                                        const rocksdb::ColumnFamilyOptions& common) {
    auto tuned = common;
    if (name == "entries") tuned.compression = rocksdb::kLZ4Compression;
    if (name == "refs" || name == "names") {
        tuned.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(32));
    }
    if (name == "bodies" || name == "requests") {
        tuned.enable_blob_files = true;
        tuned.min_blob_size = kBlobAboveBytes;
        tuned.blob_file_size = 64ULL << 20;
        tuned.enable_blob_garbage_collection = true;
        tuned.blob_garbage_collection_age_cutoff = 1.0;
        tuned.blob_garbage_collection_force_threshold = 0.5;
    }
    return tuned;
}

// Ours, and any that a later version may have added: opening needs all that exist.
rocksdb::Status family_names(const DiskOptions& options, std::vector<std::string>& names) {
    names = {rocksdb::kDefaultColumnFamilyName, "entries", "bodies", "refs", "names", "requests"};
    std::vector<std::string> existing;
    auto status = rocksdb::DB::ListColumnFamilies({}, options.directory, &existing);
    for (const auto& name : existing) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return status;
}

rocksdb::Status try_open(const DiskOptions& options, bool exists, Database& database) {
    std::vector<std::string> names;
    auto listed = family_names(options, names);
    if (exists && !listed.ok()) return listed;

    const auto block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
    const auto common = family_options(block_cache);
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.reserve(names.size());
    for (const auto& name : names) {
        families.emplace_back(name, options_of(name, common));
    }
    database.damaged = std::make_shared<std::atomic<bool>>(false);
    rocksdb::DB* db = nullptr;
    auto status = rocksdb::DB::Open(database_options(options, database.damaged),
                                    options.directory,
                                    families,
                                    &database.handles,
                                    &db);
    if (!status.ok()) return status;
    database.db.reset(db);
    database.meta = database.handles[0];
    database.entries = database.handles[1];
    database.bodies = database.handles[2];
    database.refs = database.handles[3];
    database.names = database.handles[4];
    database.requests = database.handles[5];
    return status;
}

// Files that are missing, cut short or full of nonsense; not a disk that is full or out of reach.
bool means_damage(const rocksdb::Status& status) {
    return status.IsCorruption() || status.IsNotFound() || status.IsInvalidArgument() ||
           status.IsNotSupported() ||
           (status.IsIOError() && status.subcode() == rocksdb::Status::kPathNotFound);
}

// Fails with what to tell the user if the store is neither fresh nor ours.
Result<void> check_format(const DiskOptions& options, Database& database) {
    std::string format;
    const auto status = database.db->Get({}, database.meta, slice(kFormatRow), &format);
    if (status.IsNotFound()) {
        const auto written =
            database.db->Put({}, database.meta, slice(kFormatRow), slice(kStoreFormat));
        if (!written.ok()) return failure(error_of(written, "start the store"));
        return {};
    }
    if (!status.ok()) return failure(error_of(status, "read the store's format"));
    if (format == kStoreFormat) return {};
    return failure(ErrorCode::unsupported,
                   Origin::cache,
                   "the store in " + options.directory + " has format " + format +
                       ", this program reads format " + std::string(kStoreFormat) +
                       ": choose another directory or remove it");
}

Result<void> start_afresh(const DiskOptions& options, std::string_view why, std::string& notice) {
    auto lock = DirectoryLock::take(options.directory);
    if (!lock) return failure(lock.error());
    const auto aside = move_aside(options.directory);
    if (!aside) return failure(aside.error());
    notice = "the store in " + options.directory + " was damaged (" + std::string(why) +
             "): moved to " + *aside + ", starting with an empty one";
    return prepare_directory(options.directory);
}

}  // namespace

Error error_of(const rocksdb::Status& status, std::string_view doing) {
    const bool full = status.subcode() == rocksdb::Status::kNoSpace;
    return {full ? ErrorCode::unavailable : ErrorCode::broken,
            Origin::cache,
            std::string(doing) + ": " + status.ToString(),
            Retry::never};
}

Database::~Database() {
    if (!db) return;
    for (auto* handle : handles) {
        db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    }
    db->Close().PermitUncheckedError();
}

Result<std::unique_ptr<Database>> open_database(const DiskOptions& options, std::string& notice) {
    if (auto prepared = prepare_directory(options.directory); !prepared) {
        return failure(prepared.error());
    }
    // Asked before RocksDB, whose own message would name neither cause nor cure.
    if (auto lock = DirectoryLock::take(options.directory); !lock) return failure(lock.error());

    for (const bool last_try : {false, true}) {
        std::string why;
        if (is_marked_damaged(options.directory)) {
            why = "found while it was in use";
        } else if (has_lost_its_index(options.directory)) {
            why = "its index is missing";
        } else {
            auto database = std::make_unique<Database>();
            const auto status = try_open(options, is_store(options.directory), *database);
            if (status.ok()) {
                if (auto ours = check_format(options, *database); !ours) {
                    return failure(ours.error());
                }
                return database;
            }
            if (!means_damage(status) || last_try) {
                return failure(error_of(status, "open the store in " + options.directory));
            }
            why = status.ToString();
        }
        if (auto fresh = start_afresh(options, why, notice); !fresh) return failure(fresh.error());
    }
    return failure(ErrorCode::broken, Origin::cache, "cannot open " + options.directory);
}

}  // namespace refrain::cache
