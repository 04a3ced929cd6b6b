#include "ledger/store.hpp"

#include <rocksdb/db.h>
#include <rocksdb/listener.h>
#include <rocksdb/write_batch.h>

#include <charconv>
#include <filesystem>
#include <system_error>

namespace refrain::ledger {

namespace {

constexpr std::string_view kSinceRow = "since";

rocksdb::Slice slice(std::string_view bytes) {
    return {bytes.data(), bytes.size()};
}

std::string_view view(const rocksdb::Slice& bytes) {
    return {bytes.data(), bytes.size()};
}

Error error_of(const rocksdb::Status& status, std::string_view doing) {
    return {ErrorCode::unavailable,
            Origin::gateway,
            std::string(doing) + ": " + status.ToString(),
            Retry::never};
}

// As in cache/disk/database.cpp, and for its reasons: no diary, and no going on by itself after an
// error. The ledger opens the store again instead.
class NoDiary final : public rocksdb::Logger {
  public:
    using rocksdb::Logger::Logv;
    void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

class NoRecovery final : public rocksdb::EventListener {
  public:
    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/,
                              rocksdb::Status /*error*/,
                              bool* auto_recovery) override {
        *auto_recovery = false;
    }
};

rocksdb::Options options() {
    rocksdb::Options tuned;
    tuned.create_if_missing = true;
    tuned.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    tuned.write_buffer_size = 4ULL << 20;
    tuned.max_total_wal_size = 8ULL << 20;
    tuned.avoid_flush_during_recovery = true;
    tuned.max_background_jobs = 2;
    tuned.allow_fallocate = false;
    tuned.max_bgerror_resume_count = 0;
    tuned.info_log = std::make_shared<NoDiary>();
    tuned.listeners.push_back(std::make_shared<NoRecovery>());
    tuned.max_manifest_file_size = 1ULL << 20;
    tuned.stats_dump_period_sec = 0;
    tuned.stats_persist_period_sec = 0;
    return tuned;
}

}  // namespace

struct Store::Database {
    std::unique_ptr<rocksdb::DB> db;
};

Store::Store(std::unique_ptr<Database> database) : database_(std::move(database)) {}

Store::~Store() {
    database_->db->Close().PermitUncheckedError();
}

Result<std::unique_ptr<Store>> Store::open(const std::string& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::Open(options(), directory, &db);
    if (!status.ok()) return failure(error_of(status, "open the ledger in " + directory));
    auto database = std::make_unique<Database>();
    database->db.reset(db);
    return std::unique_ptr<Store>(new Store(std::move(database)));
}

Result<WallTime> Store::since() const {
    std::string text;
    const auto status = database_->db->Get({}, slice(kSinceRow), &text);
    if (status.IsNotFound()) return WallTime{};
    if (!status.ok()) return failure(error_of(status, "read the ledger"));
    WallTime since;
    std::from_chars(text.data(), text.data() + text.size(), since.ms);
    return since;
}

Result<void> Store::read(const std::function<void(const Row&)>& each) const {
    const std::unique_ptr<rocksdb::Iterator> rows(database_->db->NewIterator({}));
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
        if (view(rows->key()) == kSinceRow) continue;
        const auto row = decode_row(view(rows->key()), view(rows->value()));
        if (!row) return failure(row.error());
        each(*row);
    }
    if (!rows->status().ok()) return failure(error_of(rows->status(), "read the ledger"));
    return {};
}

Result<void> Store::write(const std::vector<Row>& rows, const std::vector<Row>& removed) {
    rocksdb::WriteBatch batch;
    for (const Row& row : removed)
        batch.Delete(slice(encode_key(row))).PermitUncheckedError();
    for (const Row& row : rows) {
        batch.Put(slice(encode_key(row)), slice(encode_figures(row.figures)))
            .PermitUncheckedError();
    }
    const auto status = database_->db->Write({}, &batch);
    if (!status.ok()) return failure(error_of(status, "write the ledger"));
    return {};
}

Result<void> Store::clear(WallTime since) {
    rocksdb::WriteBatch batch;
    auto* family = database_->db->DefaultColumnFamily();
    for (const auto& [from, to] : {std::pair{"d", "e"}, std::pair{"h", "i"}})
        batch.DeleteRange(family, from, to).PermitUncheckedError();
    batch.Put(slice(kSinceRow), std::to_string(since.ms)).PermitUncheckedError();
    const auto status = database_->db->Write({}, &batch);
    if (!status.ok()) return failure(error_of(status, "write the ledger"));
    return {};
}

}  // namespace refrain::ledger
