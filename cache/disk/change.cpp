#include "cache/disk/change.hpp"

#include "cache/bytes.hpp"

#include <algorithm>

namespace refrain::cache {

namespace {

constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kRefBytes = 2 * kDigestBytes + sizeof(std::uint64_t);
constexpr std::size_t kNameBytes = 2 * kDigestBytes;

// The rows of a family that begin with that digest, in order.
std::unique_ptr<rocksdb::Iterator> rows_of(Database& database,
                                           rocksdb::ColumnFamilyHandle* family,
                                           const Digest& digest) {
    rocksdb::ReadOptions options;
    options.prefix_same_as_start = true;
    std::unique_ptr<rocksdb::Iterator> rows(database.db->NewIterator(options, family));
    rows->Seek(slice(digest.view()));
    return rows;
}

// The references to one body, in key order.
std::unique_ptr<rocksdb::Iterator> refs_of(Database& database, const Digest& digest) {
    return rows_of(database, database.refs, digest);
}

bool is_ref_of(const rocksdb::Iterator& ref, const Digest& digest) {
    return ref.Valid() && ref.key().size() == 2 * kDigestBytes &&
           ref.key().starts_with(slice(digest.view()));
}

Key key_of_ref(const rocksdb::Iterator& ref) {
    return Key::from_raw(view(ref.key()).substr(kDigestBytes));
}

}  // namespace

std::string Totals::encode() const {
    ByteWriter out;
    out.u64(entries);
    out.u64(bytes);
    return std::move(out).take();
}

std::optional<Totals> Totals::decode(std::string_view bytes) {
    ByteReader in(bytes);
    Totals totals;
    totals.entries = in.u64();
    totals.bytes = in.u64();
    if (!in.at_end()) return std::nullopt;
    return totals;
}

std::string Ref::encode() const {
    ByteWriter out;
    out.u64(body_bytes);
    if (request_bytes > 0) out.u64(request_bytes);
    return std::move(out).take();
}

Ref Ref::decode(std::string_view bytes) {
    ByteReader in(bytes);
    Ref ref;
    ref.body_bytes = in.u64();
    if (!in.rest().empty()) ref.request_bytes = in.u64();
    return ref;
}

std::string digest_row(const Digest& digest, const Key& key) {
    std::string row(digest.view());
    row += key.view();
    return row;
}

std::uint64_t row_bytes(std::size_t encoded_bytes, std::size_t names) {
    return kDigestBytes + encoded_bytes + kRefBytes + names * kNameBytes;
}

bool has_other_ref(Database& database, const Digest& digest, const Key& except) {
    const auto refs = refs_of(database, digest);
    for (; is_ref_of(*refs, digest); refs->Next()) {
        if (key_of_ref(*refs) != except) return true;
    }
    return !refs->status().ok();
}

rocksdb::Status has_ref(Database& database, const Digest& digest, bool& found) {
    const auto refs = refs_of(database, digest);
    found = is_ref_of(*refs, digest);
    return refs->status();
}

rocksdb::Status keys_of_name(Database& database,
                             std::string_view name,
                             std::size_t limit,
                             std::vector<Key>& keys) {
    const auto digest = sha256(name);
    const auto rows = rows_of(database, database.names, digest);
    for (; rows->Valid() && keys.size() < limit; rows->Next()) {
        const auto row = view(rows->key());
        if (row.size() == 2 * kDigestBytes) keys.push_back(Key::from_raw(row.substr(kDigestBytes)));
    }
    return rows->status();
}

rocksdb::Status Change::add(const Entry& entry,
                            std::string_view encoded,
                            std::string_view encoded_body,
                            std::string_view encoded_request) {
    bool has_body = false;
    if (auto status = has_ref(database_, entry.body_digest, has_body); !status.ok()) return status;
    if (!has_body) {
        batch_.Put(database_.bodies, slice(entry.body_digest.view()), slice(encoded_body));
        totals_.bytes += encoded_body.size();
    }
    batch_.Put(database_.refs,
               digest_row(entry.body_digest, entry.key),
               Ref{encoded_body.size(), encoded_request.size()}.encode());
    if (!encoded_request.empty()) {
        batch_.Put(database_.requests, slice(entry.key.view()), slice(encoded_request));
        totals_.bytes += encoded_request.size();
    }
    for (const auto& name : entry.names) {
        batch_.Put(database_.names, digest_row(sha256(name), entry.key), rocksdb::Slice());
    }
    batch_.Put(database_.entries, slice(entry.key.view()), slice(encoded));
    totals_.bytes += row_bytes(encoded.size(), entry.names.size());
    ++totals_.entries;
    return {};
}

rocksdb::Status Change::drop(const Entry& entry, std::size_t encoded_bytes, const Digest& heir) {
    std::string stored;
    const auto row = digest_row(entry.body_digest, entry.key);
    auto status = database_.db->Get({}, database_.refs, row, &stored);
    if (!status.ok() && !status.IsNotFound()) return status;
    drop_rows(entry, encoded_bytes);
    if (status.IsNotFound()) {
        batch_.Delete(database_.requests, slice(entry.key.view()));
        return {};
    }
    const Ref ref = Ref::decode(stored);
    if (entry.body_digest != heir) return drop_ref(entry.body_digest, entry.key, ref);
    drop_request(entry.key, ref);
    return {};
}

void Change::drop_rows(const Entry& entry, std::size_t encoded_bytes) {
    batch_.Delete(database_.entries, slice(entry.key.view()));
    drop_names(entry);
    subtract(row_bytes(encoded_bytes, entry.names.size()));
    if (totals_.entries > 0) --totals_.entries;
}

void Change::drop_names(const Entry& entry) {
    for (const auto& name : entry.names) {
        batch_.Delete(database_.names, digest_row(sha256(name), entry.key));
    }
}

void Change::drop_request(const Key& key, const Ref& ref) {
    if (ref.request_bytes == 0) return;
    batch_.Delete(database_.requests, slice(key.view()));
    subtract(ref.request_bytes);
}

void Change::request_was_replaced(const Ref& ref) {
    subtract(ref.request_bytes);
}

rocksdb::Status Change::drop_ref(const Digest& digest, const Key& key, const Ref& ref) {
    batch_.Delete(database_.refs, digest_row(digest, key));
    drop_request(key, ref);
    if (has_other_ref(database_, digest, key)) return {};
    batch_.Delete(database_.bodies, slice(digest.view()));
    subtract(ref.body_bytes);
    return {};
}

void Change::drop_unreadable(const Key& key, std::size_t encoded_bytes) {
    batch_.Delete(database_.entries, slice(key.view()));
    batch_.Put(database_.meta, slice(kScrubRow), "due");
    subtract(row_bytes(encoded_bytes, 0));
    if (totals_.entries > 0) --totals_.entries;
}

rocksdb::Status Change::drop_body(const Digest& digest, const Key& asked) {
    std::uint64_t body_bytes = 0;
    bool asked_has_ref = false;
    const auto refs = refs_of(database_, digest);
    for (; is_ref_of(*refs, digest); refs->Next()) {
        const auto key = key_of_ref(*refs);
        const Ref ref = Ref::decode(view(refs->value()));
        body_bytes = ref.body_bytes;
        asked_has_ref = asked_has_ref || key == asked;
        batch_.Delete(database_.refs, refs->key());
        drop_rows_with(digest, key, ref);
    }
    if (!asked_has_ref) drop_rows_with(digest, asked, {});
    batch_.Delete(database_.bodies, slice(digest.view()));
    subtract(body_bytes);
    return refs->status();
}

void Change::drop_rows_with(const Digest& digest, const Key& key, const Ref& ref) {
    std::string encoded;
    const auto status = database_.db->Get({}, database_.entries, slice(key.view()), &encoded);
    if (!status.ok()) return;
    const auto entry = decode_entry(encoded);
    if (!entry) {
        drop_unreadable(key, encoded.size());
        drop_request(key, ref);
    } else if (entry->body_digest == digest) {
        drop_rows(*entry, encoded.size());
        drop_request(key, ref);
    } else {
        request_was_replaced(ref);
    }
}

void Change::scrub_done() {
    batch_.Delete(database_.meta, slice(kScrubRow));
}

void Change::drop_everything() {
    // Above every row: the longest has 64 bytes.
    const std::string end(65, '\xff');
    for (auto* family : database_.families()) {
        batch_.DeleteRange(family, rocksdb::Slice(), end);
    }
    batch_.Delete(database_.meta, slice(kScrubRow));
    totals_ = {};
}

void Change::subtract(std::uint64_t bytes) {
    totals_.bytes -= std::min(totals_.bytes, bytes);
}

rocksdb::Status Change::commit() {
    batch_.Put(database_.meta, slice(kTotalsRow), totals_.encode());
    return database_.db->Write({}, &batch_);
}

}  // namespace refrain::cache
