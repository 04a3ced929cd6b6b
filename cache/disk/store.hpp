// What the disk tier does to its database, under the locks that keep it whole. DiskTier is its
// face; the rest of this folder its parts.
#pragma once

#include "cache/disk/change.hpp"
#include "cache/disk/database.hpp"
#include "cache/disk/disk_tier.hpp"

#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace refrain::cache {

struct DiskTier::Store {
    explicit Store(const DiskOptions& disk_options) : options(disk_options) {}

    // ---- Exclusive only while the database is opened again; shared for every other use.
    mutable std::shared_mutex life;
    std::unique_ptr<Database> database;  // null if it could not be opened again
    std::string notice;

    // ---- All that REQUIRE `life` held shared.
    Result<EntryPtr> get(const Key& key);
    Result<void> put(const EntryPtr& entry, std::string_view request);
    Result<std::string> request_of(const Key& key) const;
    Result<bool> remove(const Key& key);
    Result<void> clear();
    bool may_contain(const Key& key) const;
    Result<std::vector<Key>> find_names(std::string_view name, std::size_t limit) const;
    Result<void> write_note(std::string_view name, std::string_view bytes);
    Result<std::string> read_note(std::string_view name) const;
    Result<bool> purge_step();
    Result<std::vector<Entry>> entries_after(const Key& after, std::size_t limit, Key& last) const;
    Result<void> try_writing();

    // REQUIRES: `life` held exclusively, or nobody else knows of this object yet.
    Result<void> open();

    TierStats stats() const;

    const DiskOptions options;

  private:
    // How reading an entry went, its body included.
    struct Reading {
        enum class State { absent, found, bad_row, bad_body, failed } state = State::absent;
        Entry entry;  // when found or bad_body
        std::size_t encoded_bytes = 0;
        Error error;  // when failed
    };
    bool is_dead(const Entry& entry) const;
    bool is_over(std::string_view row, WallTime now) const;
    Reading read(const Key& key) const;
    Reading read_row(const Key& key) const;
    void read_body(Reading& reading) const;

    // ---- All that follow REQUIRE `writes` held.
    bool fits_file_system(std::uint64_t incoming);
    Result<void> commit(Change& change);
    Result<void> drop_damaged(const Key& key, const Reading& reading);
    Result<bool> drop_key(const Key& key);
    Result<void> make_room(std::uint64_t incoming, const Key& spared);
    Result<std::size_t> evict_some(std::uint64_t needed, const Key& spared);
    Result<bool> purge_expired();
    Result<bool> scrub();
    Result<void> scrub_ref(std::string_view row, const Ref& ref);

    Change new_change() { return {*database, totals_}; }

    // Serialises every change, so that a body is never dropped while another entry adopts it.
    std::mutex writes_;
    Totals totals_;
    std::string purge_cursor_;  // the last key looked at
    std::string scrub_cursor_;
    bool scrub_due_ = false;
    std::uint64_t free_bytes_ =
        0;  // of the file system, when it was last asked, less what followed
    SteadyClock::time_point free_due_{};

    std::atomic<std::uint64_t> entries_{0};  // totals_, for readers without the lock
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<std::uint64_t> evictions_{0};
    mutable std::atomic<std::uint64_t> errors_{0};
};

}  // namespace refrain::cache
