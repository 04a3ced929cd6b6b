// Space: what goes when the store is full, what has expired, and what damage left behind.
#include "base/random.hpp"
#include "cache/disk/store.hpp"
#include "cache/entry_layout.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace refrain::cache {

namespace {

constexpr std::size_t kSample = 16;
constexpr std::size_t kEvictionsPerStep = 64;
constexpr std::size_t kRowsPerStep = 512;

struct Candidate {
    Key key;
    EntryFacts facts;
};

// What cannot be read is worth least.
EntryFacts facts_of(std::string_view encoded) {
    constexpr WallTime kLongAgo{std::numeric_limits<std::int64_t>::min()};
    return peek_entry(encoded).value_or(EntryFacts{kLongAgo, kLongAgo});
}

// Keys are uniform, so the rows that follow a random one are a fair sample.
rocksdb::Status draw_sample(Database& database, const Key& spared, std::vector<Candidate>& sample) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> row(
        database.db->NewIterator(options, database.entries));
    row->Seek(random_bytes(32));
    bool wrapped = false;
    for (std::size_t seen = 0; seen < kSample; ++seen) {
        if (!row->Valid() && !wrapped) {
            wrapped = true;
            row->SeekToFirst();
        }
        if (!row->Valid()) break;
        const auto name = view(row->key());
        if (name.size() == 32 && name != spared.view()) {
            sample.push_back({Key::from_raw(name), facts_of(view(row->value()))});
        }
        row->Next();
    }
    return row->status();
}

}  // namespace

Result<void> DiskTier::Store::make_room(std::uint64_t incoming, const Key& spared) {
    while (totals_.bytes + incoming > options.capacity_bytes) {
        const auto needed = totals_.bytes + incoming - options.capacity_bytes;
        const auto evicted = evict_some(needed, spared);
        if (!evicted) return failure(evicted.error());
        if (*evicted == 0) break;
    }
    return {};
}

// Of a sample, those that expire soonest, then the oldest; at most half of it.
Result<std::size_t> DiskTier::Store::evict_some(std::uint64_t needed, const Key& spared) {
    std::vector<Candidate> sample;
    const auto status = draw_sample(*database, spared, sample);
    if (!status.ok()) return failure(error_of(status, "choose what to evict"));
    std::sort(sample.begin(), sample.end(), [](const Candidate& a, const Candidate& b) {
        return std::tie(a.facts.expires, a.facts.created) <
               std::tie(b.facts.expires, b.facts.created);
    });
    const auto before = totals_.bytes;
    std::size_t evicted = 0;
    for (const auto& candidate : sample) {
        if (evicted > 0 && (evicted >= kSample / 2 || before - totals_.bytes >= needed)) break;
        const auto dropped = drop_key(candidate.key);
        if (!dropped) return failure(dropped.error());
        if (!*dropped) continue;
        ++evicted;
        ++evictions_;
    }
    return evicted;
}

Result<bool> DiskTier::Store::purge_step() {
    const std::lock_guard lock(writes_);
    if (totals_.bytes > options.capacity_bytes) {
        for (std::size_t evicted = 0; evicted < kEvictionsPerStep;) {
            if (totals_.bytes <= options.capacity_bytes) break;
            const auto some = evict_some(totals_.bytes - options.capacity_bytes, Key{});
            if (!some) return failure(some.error());
            if (*some == 0) break;
            evicted += *some;
        }
        if (totals_.entries > 0) return true;
    }
    auto more = purge_expired();
    if (!more || *more || !scrub_due_) return more;
    return scrub();
}

// Expired, or declared dead.
bool DiskTier::Store::is_over(std::string_view row, WallTime now) const {
    const auto facts = facts_of(row);
    if (facts.expires <= now) return true;
    if (!options.invalidation || !options.invalidation->may_kill(facts.created)) return false;
    const auto entry = decode_entry(row);
    return entry && is_dead(*entry);
}

Result<bool> DiskTier::Store::purge_expired() {
    std::vector<Key> expired;
    {
        rocksdb::ReadOptions read_options;
        read_options.fill_cache = false;
        const std::unique_ptr<rocksdb::Iterator> row(
            database->db->NewIterator(read_options, database->entries));
        const auto now = options.clock();
        row->Seek(purge_cursor_);
        for (std::size_t rows = 0; row->Valid() && rows < kRowsPerStep; ++rows, row->Next()) {
            const auto name = view(row->key());
            purge_cursor_.assign(name).push_back('\0');  // the next possible row
            if (name.size() == 32 && is_over(view(row->value()), now)) {
                expired.push_back(Key::from_raw(name));
            }
        }
        if (!row->Valid()) purge_cursor_.clear();
        if (!row->status().ok()) {
            ++errors_;
            return failure(error_of(row->status(), "look for what has expired"));
        }
    }
    for (const auto& key : expired) {
        if (auto dropped = drop_key(key); !dropped) return failure(dropped.error());
    }
    return !purge_cursor_.empty();
}

// After an entry's row was lost, its reference and body are still there: every reference must have
// an entry that agrees.
Result<bool> DiskTier::Store::scrub() {
    std::vector<std::pair<std::string, Ref>> rows;
    {
        rocksdb::ReadOptions read_options;
        read_options.fill_cache = false;
        read_options.total_order_seek = true;
        const std::unique_ptr<rocksdb::Iterator> ref(
            database->db->NewIterator(read_options, database->refs));
        for (ref->Seek(scrub_cursor_); ref->Valid() && rows.size() < kRowsPerStep; ref->Next()) {
            rows.emplace_back(view(ref->key()), Ref::decode(view(ref->value())));
        }
        scrub_cursor_ = rows.empty() || !ref->Valid() ? "" : rows.back().first + '\0';
        if (!ref->status().ok()) {
            ++errors_;
            return failure(error_of(ref->status(), "look for lost bodies"));
        }
    }
    for (const auto& [row, ref] : rows) {
        if (auto done = scrub_ref(row, ref); !done) return failure(done.error());
    }
    if (!scrub_cursor_.empty()) return true;
    auto change = new_change();
    change.scrub_done();
    if (auto done = commit(change); !done) return failure(done.error());
    scrub_due_ = false;
    return false;
}

Result<void> DiskTier::Store::scrub_ref(std::string_view row, const Ref& ref) {
    if (row.size() != 64) return {};
    const auto digest = Digest::from_raw(row.substr(0, 32));
    const auto key = Key::from_raw(row.substr(32));
    const auto reading = read_row(key);
    if (reading.state == Reading::State::failed) return failure(reading.error);
    if (reading.state == Reading::State::found && reading.entry.body_digest == digest) return {};
    auto change = new_change();
    const bool is_replaced = reading.state == Reading::State::found;
    if (is_replaced) change.request_was_replaced(ref);
    const auto status = change.drop_ref(digest, key, is_replaced ? Ref{ref.body_bytes, 0} : ref);
    if (!status.ok()) return failure(error_of(status, "drop a lost body"));
    return commit(change);
}

}  // namespace refrain::cache
