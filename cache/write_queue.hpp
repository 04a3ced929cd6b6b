// What has yet to be done on disk: entries to be written and removals to be made, in order; of
// several words about one key the last counts. Filled by any thread, emptied by the one writer.
#pragma once

#include "base/clock.hpp"
#include "cache/entry.hpp"
#include "cache/name_index.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace refrain::cache {

// A request in canonical form, on its way to the disk. Null: none.
using RequestText = std::shared_ptr<const std::string>;

class WriteQueue {
  public:
    explicit WriteQueue(std::size_t capacity_bytes) : capacity_bytes_(capacity_bytes) {}

    struct Job {
        enum class Kind { put, remove, remove_name, clear } kind = Kind::put;
        Key key;                // put, remove
        EntryPtr entry;         // put
        RequestText request{};  // put: what it answers, null for nothing
        std::string name;       // remove_name
        std::uint64_t number = 0;
    };

    // False: full, nothing is queued.
    bool put(const EntryPtr& entry, RequestText request = nullptr);
    // Removals are small and never refused; far too many of them become a clear().
    void remove(const Key& key);
    void remove_name(std::string_view name);
    // Forgets everything queued before it.
    void clear();

    // What the disk will have for that key once all is done, null for nothing. Absent: no job is
    // about it, so what the disk has now is true.
    std::optional<EntryPtr> outcome(const Key& key) const;
    // The request of an entry that waits to be written; null if there is none.
    RequestText request_of(const Key& key) const;
    // Whether a removal by one of these names is still to be made: what the disk has with it now is
    // deleted already.
    bool removes_any(const std::vector<std::string>& names) const;
    // How many removals by name were queued or made so far.
    std::uint64_t name_removals() const;
    // The keys of entries waiting to be written with that name, at most `limit` of them.
    std::vector<Key> find_names(std::string_view name, std::size_t limit) const;

    // ---- the writer
    // The next job; absent if none came until `deadline`, after nudge(), and once is_finished(). It
    // stays visible to outcome() until it is settled.
    std::optional<Job> next(SteadyClock::time_point deadline);
    // The disk agrees with it.
    void settle(const Job& job);
    // It could not be done. A removal stays visible until it is settled after all; a put becomes a
    // removal if that is asked for and no later word about its key is there.
    void give_up(const Job& job, bool remove_instead);
    // Whether a removal that was given up is still wanted.
    bool is_wanted(const Job& job) const;

    // ---- anyone
    // Makes next() return, though there is no job.
    void nudge();
    void stop();
    // Stopped, and no job is left. What came just before stop() may be younger than the absent
    // answer of next() that the writer has in its hands.
    bool is_finished() const;
    // Until everything queued before the call was settled or given up.
    void wait_until_done() const;
    std::size_t bytes() const;

  private:
    struct Pending {
        EntryPtr entry;  // null: a removal
        RequestText request;
        std::uint64_t number = 0;
    };
    // All REQUIRE: mutex_ held.
    bool push(Job job);  // false: it became a clear()
    void push_removal(const Key& key);
    void forget(const Key& key);
    void forget_removal(const std::string& name);
    void forget_everything();
    bool is_current(const Job& job) const;
    void pass(std::uint64_t number);

    mutable std::mutex mutex_;
    std::condition_variable news_;
    mutable std::condition_variable done_;
    std::deque<Job> jobs_;  // their entries are in pending_
    std::unordered_map<Key, Pending, KeyHash> pending_;
    NameIndex names_;                                          // of pending entries
    std::unordered_map<std::string, unsigned> removed_names_;  // how many removals each has to come
    std::uint64_t name_removals_ = 0;
    std::uint64_t clearing_ = 0;  // number of the clear that is not settled yet
    std::size_t capacity_bytes_;
    std::size_t bytes_ = 0;
    std::uint64_t last_number_ = 0;
    std::uint64_t passed_number_ = 0;
    bool nudged_ = false;
    bool stopped_ = false;
};

}  // namespace refrain::cache
