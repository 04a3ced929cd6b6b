#include "cache/disk/store.hpp"

#include "cache/entry.hpp"

#include <rocksdb/convenience.h>

#include <filesystem>

namespace refrain::cache {

namespace {

constexpr std::size_t kProbeBytes = 64 << 10;
constexpr std::chrono::seconds kFreeBytesHold{1};

// Rows or files that are not what was written, or not there; other errors may pass.
bool is_damage(const rocksdb::Status& status) {
    return status.IsCorruption() ||
           (status.IsIOError() && status.subcode() == rocksdb::Status::kPathNotFound);
}

}  // namespace

Result<void> DiskTier::Store::open() {
    auto opened = open_database(options, notice);
    if (!opened) return failure(opened.error());
    std::string row;
    const auto status = (*opened)->db->Get({}, (*opened)->meta, slice(kTotalsRow), &row);
    if (!status.ok() && !status.IsNotFound()) {
        return failure(error_of(status, "read the store's totals"));
    }
    const std::lock_guard lock(writes_);
    totals_ = Totals::decode(row).value_or(Totals{});
    entries_ = totals_.entries;
    bytes_ = totals_.bytes;
    scrub_due_ = (*opened)->db->Get({}, (*opened)->meta, slice(kScrubRow), &row).ok();
    purge_cursor_.clear();
    scrub_cursor_.clear();
    database = std::move(*opened);
    return {};
}

TierStats DiskTier::Store::stats() const {
    return {entries_, bytes_, options.capacity_bytes, evictions_, errors_};
}

DiskTier::Store::Reading DiskTier::Store::read_row(const Key& key) const {
    using State = Reading::State;
    Reading reading;
    rocksdb::PinnableSlice row;
    const auto status = database->db->Get({}, database->entries, slice(key.view()), &row);
    if (status.IsNotFound()) return reading;
    if (is_damage(status)) {
        reading.state = State::bad_row;
        return reading;
    }
    if (!status.ok()) {
        reading.state = State::failed;
        reading.error = error_of(status, "read an entry");
        return reading;
    }
    reading.encoded_bytes = row.size();
    auto entry = decode_entry(view(row));
    if (!entry || entry->key != key) {
        reading.state = State::bad_row;
        return reading;
    }
    reading.entry = std::move(*entry);
    reading.state = State::found;
    return reading;
}

void DiskTier::Store::read_body(Reading& reading) const {
    using State = Reading::State;
    const auto& digest = reading.entry.body_digest;
    rocksdb::PinnableSlice stored;
    const auto status = database->db->Get({}, database->bodies, slice(digest.view()), &stored);
    if (status.IsNotFound() || is_damage(status)) {
        reading.state = State::bad_body;
        return;
    }
    if (!status.ok()) {
        reading.state = State::failed;
        reading.error = error_of(status, "read a body");
        return;
    }
    auto body = decode_body(view(stored), options.max_entry_bytes);
    if (!body || sha256((*body)->view()) != digest) {
        reading.state = State::bad_body;
        return;
    }
    reading.entry.body = std::move(*body);
}

bool DiskTier::Store::is_dead(const Entry& entry) const {
    return options.invalidation && options.invalidation->kills(entry);
}

DiskTier::Store::Reading DiskTier::Store::read(const Key& key) const {
    auto reading = read_row(key);
    if (reading.state != Reading::State::found) return reading;
    if (!reading.entry.is_fresh(options.clock()) || is_dead(reading.entry)) return {};
    read_body(reading);
    return reading;
}

Result<EntryPtr> DiskTier::Store::get(const Key& key) {
    using State = Reading::State;
    auto reading = read(key);
    if (reading.state == State::bad_row || reading.state == State::bad_body) {
        // A removal between the two reads looks like damage; under the lock it does not.
        const std::lock_guard lock(writes_);
        reading = read(key);
        if (reading.state == State::bad_row || reading.state == State::bad_body) {
            ++errors_;
            if (auto dropped = drop_damaged(key, reading); !dropped) {
                return failure(dropped.error());
            }
            return nullptr;
        }
    }
    if (reading.state == State::failed) {
        ++errors_;
        return failure(std::move(reading.error));
    }
    if (reading.state == State::absent) return nullptr;
    return std::make_shared<const Entry>(std::move(reading.entry));
}

Result<void> DiskTier::Store::drop_damaged(const Key& key, const Reading& reading) {
    auto change = new_change();
    if (reading.state == Reading::State::bad_body) {
        const auto status = change.drop_body(reading.entry.body_digest, key);
        if (!status.ok()) return failure(error_of(status, "remove a damaged body"));
    } else {
        change.drop_unreadable(key, reading.encoded_bytes);
        scrub_due_ = true;
    }
    return commit(change);
}

// If the file system will not say, writing will show. It is asked once in a while; in between, what
// was written since counts against its last word.
bool DiskTier::Store::fits_file_system(std::uint64_t incoming) {
    if (options.min_free_bytes == 0) return true;
    const auto now = SteadyClock::now();
    const bool roomy = free_bytes_ >= options.min_free_bytes + incoming;
    if (!roomy || now >= free_due_) {
        std::error_code error;
        const auto space = std::filesystem::space(options.directory, error);
        if (error) return true;
        free_bytes_ = space.available;
        free_due_ = now + kFreeBytesHold;
    }
    if (free_bytes_ < options.min_free_bytes + incoming) return false;
    free_bytes_ -= incoming;
    return true;
}

Result<void> DiskTier::Store::put(const EntryPtr& entry, std::string_view request) {
    if (!entry->body || entry->body->size() > options.max_entry_bytes) {
        return failure(ErrorCode::too_large, Origin::cache, "an entry over the size limit");
    }
    const auto encoded = encode_entry(*entry);
    const auto body = encode_body(entry->body->view(), options.body_coding);
    const auto asked = request.empty() ? std::string() : encode_body(request, options.body_coding);
    const auto incoming =
        row_bytes(encoded.size(), entry->names.size()) + body.size() + asked.size();
    if (incoming > options.capacity_bytes) {
        return failure(ErrorCode::too_large, Origin::cache, "an entry over the disk's capacity");
    }

    const std::lock_guard lock(writes_);
    if (!fits_file_system(incoming)) {
        return failure(ErrorCode::too_large, Origin::cache, "an entry over the disk's free space");
    }
    if (auto room = make_room(incoming, entry->key); !room) return room;
    auto change = new_change();
    const auto old = read_row(entry->key);
    switch (old.state) {
        case Reading::State::failed: ++errors_; return failure(old.error);
        case Reading::State::bad_row:
            change.drop_unreadable(entry->key, old.encoded_bytes);
            scrub_due_ = true;
            break;
        case Reading::State::found:
        case Reading::State::bad_body: {
            const auto status = change.drop(old.entry, old.encoded_bytes, entry->body_digest);
            if (!status.ok()) return failure(error_of(status, "replace an entry"));
            break;
        }
        case Reading::State::absent: break;
    }
    const auto status = change.add(*entry, encoded, body, asked);
    if (!status.ok()) {
        ++errors_;
        return failure(error_of(status, "write an entry"));
    }
    return commit(change);
}

Result<std::string> DiskTier::Store::request_of(const Key& key) const {
    rocksdb::PinnableSlice stored;
    const auto status = database->db->Get({}, database->requests, slice(key.view()), &stored);
    const bool is_lost = status.IsNotFound() || is_damage(status);
    if (!is_lost && !status.ok()) return failure(error_of(status, "read a request"));
    // The answer is no worse for it.
    if (is_lost) return std::string();
    const auto request = decode_body(view(stored), options.max_entry_bytes);
    return request ? std::string((*request)->view()) : std::string();
}

Result<bool> DiskTier::Store::remove(const Key& key) {
    const std::lock_guard lock(writes_);
    return drop_key(key);
}

Result<bool> DiskTier::Store::drop_key(const Key& key) {
    const auto reading = read_row(key);
    auto change = new_change();
    switch (reading.state) {
        case Reading::State::absent: return false;
        case Reading::State::failed: ++errors_; return failure(reading.error);
        case Reading::State::bad_row:
            change.drop_unreadable(key, reading.encoded_bytes);
            scrub_due_ = true;
            break;
        case Reading::State::found:
        case Reading::State::bad_body: {
            const auto status = change.drop(reading.entry, reading.encoded_bytes);
            if (!status.ok()) return failure(error_of(status, "remove an entry"));
            break;
        }
    }
    if (auto done = commit(change); !done) return failure(done.error());
    return true;
}

Result<void> DiskTier::Store::clear() {
    {
        const std::lock_guard lock(writes_);
        auto change = new_change();
        change.drop_everything();
        if (auto done = commit(change); !done) return done;
        scrub_due_ = false;
        purge_cursor_.clear();
        // Gives the space back at once. Safe under the lock: everything in these files is gone.
        for (auto* family : database->families()) {
            rocksdb::DeleteFilesInRange(database->db.get(), family, nullptr, nullptr)
                .PermitUncheckedError();
        }
    }
    for (auto* family : database->families()) {
        database->db->CompactRange({}, family, nullptr, nullptr).PermitUncheckedError();
    }
    return {};
}

Result<void> DiskTier::Store::commit(Change& change) {
    const auto status = change.commit();
    if (!status.ok()) {
        ++errors_;
        return failure(error_of(status, "write to the store"));
    }
    totals_ = change.totals();
    entries_ = totals_.entries;
    bytes_ = totals_.bytes;
    return {};
}

bool DiskTier::Store::may_contain(const Key& key) const {
    thread_local std::string ignored;
    return database->db->KeyMayExist({}, database->entries, slice(key.view()), &ignored);
}

Result<std::vector<Key>> DiskTier::Store::find_names(std::string_view name,
                                                     std::size_t limit) const {
    std::vector<Key> keys;
    const auto status = keys_of_name(*database, name, limit, keys);
    if (!status.ok()) {
        ++errors_;
        return failure(error_of(status, "look up a name"));
    }
    return keys;
}

Result<std::vector<Entry>> DiskTier::Store::entries_after(const Key& after,
                                                          std::size_t limit,
                                                          Key& last) const {
    rocksdb::ReadOptions read_options;
    read_options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> row(
        database->db->NewIterator(read_options, database->entries));
    const auto now = options.clock();
    std::vector<Entry> found;
    last = after;
    for (row->Seek(slice(after.view())); row->Valid() && limit > 0; row->Next()) {
        if (row->key() == slice(after.view()) || row->key().size() != 32) continue;
        --limit;
        last = Key::from_raw(view(row->key()));
        auto entry = decode_entry(view(row->value()));
        if (!entry || entry->key != last || !entry->is_fresh(now) || is_dead(*entry)) continue;
        found.push_back(std::move(*entry));
    }
    if (!row->status().ok()) return failure(error_of(row->status(), "list the entries"));
    return found;
}

Result<void> DiskTier::Store::write_note(std::string_view name, std::string_view bytes) {
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const auto row = std::string(kNotePrefix).append(name);
    const auto status = database->db->Put(durable, database->meta, row, slice(bytes));
    if (!status.ok()) return failure(error_of(status, "write a note"));
    return {};
}

Result<std::string> DiskTier::Store::read_note(std::string_view name) const {
    std::string bytes;
    const auto row = std::string(kNotePrefix).append(name);
    const auto status = database->db->Get({}, database->meta, row, &bytes);
    if (!status.ok() && !status.IsNotFound()) return failure(error_of(status, "read a note"));
    return bytes;
}

Result<void> DiskTier::Store::try_writing() {
    const std::lock_guard lock(writes_);
    if (*database->damaged) {
        return failure(ErrorCode::broken, Origin::cache, "the store is damaged");
    }
    // As large as an entry may well be: a full disk has room for a few bytes for long.
    const std::string ballast(kProbeBytes, 'p');
    auto status = database->db->Put({}, database->meta, slice(kProbeRow), ballast);
    if (status.ok()) status = database->db->Delete({}, database->meta, slice(kProbeRow));
    if (!status.ok()) return failure(error_of(status, "try writing to the store"));
    return {};
}

}  // namespace refrain::cache
