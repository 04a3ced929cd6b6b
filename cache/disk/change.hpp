// One atomic change of the store: rows of every column family and the totals that go with them, in
// one write batch. Built and committed under the store's write lock.
#pragma once

#include "cache/disk/database.hpp"

#include <rocksdb/write_batch.h>

#include <cstdint>
#include <optional>

namespace refrain::cache {

struct Totals {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;  // of rows and bodies, as stored

    std::string encode() const;
    static std::optional<Totals> decode(std::string_view bytes);
};

// "digest, key": a body's digest and who refers to it, a name's and who carries it.
std::string digest_row(const Digest& digest, const Key& key);

// What an entry's rows take besides its body and its request.
std::uint64_t row_bytes(std::size_t encoded_bytes, std::size_t names);

// What a reference says of the entry that has it: how much is stored for it elsewhere.
struct Ref {
    std::uint64_t body_bytes = 0;
    std::uint64_t request_bytes = 0;  // 0 for none

    std::string encode() const;
    static Ref decode(std::string_view bytes);
};

class Change {
  public:
    Change(Database& database, Totals totals) : database_(database), totals_(totals) {}

    // The rows of `entry`, whose encoded form is `encoded`; its body only if no entry has it yet,
    // its request unless that is "".
    rocksdb::Status add(const Entry& entry,
                        std::string_view encoded,
                        std::string_view encoded_body,
                        std::string_view encoded_request);
    // All rows of an entry that is stored in `encoded_bytes`, and its body if nobody else has it.
    // `heir` is the body digest of the entry that takes its place in this same change.
    rocksdb::Status drop(const Entry& entry,
                         std::size_t encoded_bytes,
                         const Digest& heir = Digest{});
    // An entry's row that cannot be read; what it refers to is left for the scrub.
    void drop_unreadable(const Key& key, std::size_t encoded_bytes);
    // A body that is damaged, and every entry that has it; `asked` is one of them.
    rocksdb::Status drop_body(const Digest& digest, const Key& asked);
    // A reference without an entry, with the request that goes with it, and the body if it was the
    // last.
    rocksdb::Status drop_ref(const Digest& digest, const Key& key, const Ref& ref);
    // The row of a request is another entry's now: only what it took is given back.
    void request_was_replaced(const Ref& ref);
    void scrub_done();
    void drop_everything();

    rocksdb::Status commit();
    const Totals& totals() const noexcept { return totals_; }

  private:
    void drop_rows(const Entry& entry, std::size_t encoded_bytes);
    void drop_rows_with(const Digest& digest, const Key& key, const Ref& ref);
    void drop_names(const Entry& entry);
    void drop_request(const Key& key, const Ref& ref);
    void subtract(std::uint64_t bytes);

    Database& database_;
    Totals totals_;
    rocksdb::WriteBatch batch_;
};

// Whether an entry other than `except` refers to that body; an error counts as yes.
bool has_other_ref(Database& database, const Digest& digest, const Key& except);
// Whether any entry does; an error is told.
rocksdb::Status has_ref(Database& database, const Digest& digest, bool& found);

// Adds the keys of entries that carry that name, until there are `limit`.
rocksdb::Status keys_of_name(Database& database,
                             std::string_view name,
                             std::size_t limit,
                             std::vector<Key>& keys);

}  // namespace refrain::cache
