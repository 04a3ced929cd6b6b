// The one thread that changes the disk, behind a bounded queue; it purges when idle and looks after
// the disk's health. Owned by TieredCache, called from any thread.
#pragma once

#include "cache/error_budget.hpp"
#include "cache/invalidation.hpp"
#include "cache/write_queue.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace refrain::cache {

class DiskTier;

struct DiskWriterOptions {
    std::size_t queue_bytes;
    unsigned error_budget;
    std::chrono::milliseconds retry_after;
    std::chrono::milliseconds purge_pause;
    std::shared_ptr<Invalidation> invalidation;  // may be null
};

class DiskWriter {
  public:
    DiskWriter(DiskTier& disk, const DiskWriterOptions& options);
    // Does what is queued, then stops.
    ~DiskWriter();
    DiskWriter(const DiskWriter&) = delete;
    DiskWriter& operator=(const DiskWriter&) = delete;

    WriteQueue& queue() noexcept { return queue_; }
    const WriteQueue& queue() const noexcept { return queue_; }

    // Queues it, or drops and counts it; what the disk has for its key is then removed, since it is
    // no longer the latest.
    void write(const EntryPtr& entry, RequestText request);
    // Returns whether the disk or the queue may have had it.
    bool remove(const Key& key);

    // Straight from the disk, on the caller's thread; null if it is out of service.
    EntryPtr read(const Key& key);
    // Likewise; "" also where there is none.
    std::string read_request(const Key& key);
    // Likewise; absent if the disk cannot say.
    std::optional<std::vector<Key>> find_names(std::string_view name, std::size_t limit);

    // Writes the rules of the invalidation down, or reads them back.
    Result<void> save_invalidation();
    Result<void> load_invalidation();

    bool in_service() const noexcept { return budget_.in_service(); }
    std::uint64_t dropped() const noexcept { return dropped_; }

  private:
    using Job = WriteQueue::Job;

    void run();
    void perform(Job job);
    Result<void> attempt(const Job& job);
    Result<void> remove_named(std::string_view name);
    void perform_owed();
    void owe(Job job);
    void heal();
    bool is_dead(const Entry& entry) const;
    void purge();
    void end_pass();
    void note(ErrorBudget::Verb verb, bool ok);
    SteadyClock::time_point deadline() const;

    DiskTier& disk_;
    const DiskWriterOptions options_;
    WriteQueue queue_;
    ErrorBudget budget_;
    std::atomic<std::uint64_t> dropped_{0};
    std::mutex note_mutex_;

    // ---- The thread's own.
    std::vector<Job> owed_;  // removals the disk refused
    SteadyClock::time_point owed_due_;
    SteadyClock::time_point purge_due_;
    SteadyClock::time_point pass_began_;  // of looking through the whole disk
    bool in_pass_ = false;

    std::thread thread_;  // last, so that the rest is there before it starts
};

}  // namespace refrain::cache
