#include "cache/disk_writer.hpp"

#include "base/background.hpp"
#include "cache/disk/disk_tier.hpp"

#include <algorithm>

namespace refrain::cache {

namespace {

constexpr std::size_t kMaxOwed = 1 << 16;
constexpr int kPurgeShare = 10;  // at most one part in so many of the thread's time
constexpr std::string_view kInvalidationNote = "invalidation";
// After the last job of a batch. Who queues an entry meanwhile need not wake the thread: under load
// that wake-up would cost the loops more than the write costs the writer.
constexpr std::chrono::milliseconds kBreath{2};

}  // namespace

DiskWriter::DiskWriter(DiskTier& disk, const DiskWriterOptions& options)
    : disk_(disk),
      options_(options),
      queue_(options.queue_bytes),
      budget_(options.error_budget, options.retry_after),
      owed_due_(SteadyClock::now()),
      purge_due_(SteadyClock::now()),
      thread_([this] { run(); }) {}

DiskWriter::~DiskWriter() {
    queue_.stop();
    thread_.join();
}

void DiskWriter::write(const EntryPtr& entry, RequestText request) {
    if (in_service() && queue_.put(entry, std::move(request))) return;
    ++dropped_;
    remove(entry->key);
}

bool DiskWriter::remove(const Key& key) {
    const auto outcome = queue_.outcome(key);
    if (outcome && !*outcome) return false;
    if (!outcome && !disk_.may_contain(key)) return false;
    queue_.remove(key);
    return true;
}

EntryPtr DiskWriter::read(const Key& key) {
    if (!in_service()) return nullptr;
    auto entry = disk_.get(key);
    note(ErrorBudget::Verb::read, entry.has_value());
    return std::move(entry).value_or(nullptr);
}

std::string DiskWriter::read_request(const Key& key) {
    if (!in_service()) return {};
    auto request = disk_.request_of(key);
    note(ErrorBudget::Verb::read, request.has_value());
    return std::move(request).value_or(std::string());
}

std::optional<std::vector<Key>> DiskWriter::find_names(std::string_view name, std::size_t limit) {
    if (!in_service()) return std::nullopt;
    auto keys = disk_.find_names(name, limit);
    note(ErrorBudget::Verb::read, keys.has_value());
    if (!keys) return std::nullopt;
    return std::move(*keys);
}

void DiskWriter::note(ErrorBudget::Verb verb, bool ok) {
    if (budget_.note(verb, ok)) queue_.nudge();  // the probe is due earlier than anything else
}

SteadyClock::time_point DiskWriter::deadline() const {
    if (!in_service()) return budget_.retry_at();
    return owed_.empty() ? purge_due_ : std::min(purge_due_, owed_due_);
}

void DiskWriter::run() {
    yield_to_loops();
    for (;;) {
        if (auto job = queue_.next(deadline())) {
            perform(std::move(*job));
            if (queue_.bytes() == 0) std::this_thread::sleep_for(kBreath);
        } else if (queue_.is_finished()) {
            break;
        }
        const auto now = SteadyClock::now();
        if (!in_service()) {
            if (now >= budget_.retry_at()) heal();
        } else if (!owed_.empty() && now >= owed_due_) {
            perform_owed();
        } else if (now >= purge_due_) {
            purge();
        }
    }
    if (in_service()) perform_owed();
}

Result<void> DiskWriter::attempt(const Job& job) {
    switch (job.kind) {
        case Job::Kind::put:
            if (is_dead(*job.entry)) return disk_.remove(job.key).map([](bool) {});
            return disk_.put(job.entry, job.request ? *job.request : std::string_view());
        case Job::Kind::clear: return disk_.clear();
        case Job::Kind::remove: return disk_.remove(job.key).map([](bool) {});
        case Job::Kind::remove_name: return remove_named(job.name);
    }
    return {};
}

Result<void> DiskWriter::remove_named(std::string_view name) {
    const auto keys = disk_.find_names(name, kAllNames);
    if (!keys) return failure(keys.error());
    for (const auto& key : *keys) {
        const auto removed = disk_.remove(key);
        if (!removed) return failure(removed.error());
    }
    return {};
}

void DiskWriter::perform(Job job) {
    auto done = in_service() ? attempt(job)
                             : failure(ErrorCode::unavailable, Origin::cache, "out of service");
    const bool unfit = !done && done.error().code == ErrorCode::too_large;
    if (in_service()) note(ErrorBudget::Verb::write, done.has_value() || unfit);
    if (done) {
        queue_.settle(job);
        return;
    }
    if (job.kind == Job::Kind::put) {
        ++dropped_;
        queue_.give_up(job, disk_.may_contain(job.key));
    } else {
        queue_.give_up(job, false);
        owe(std::move(job));
    }
}

void DiskWriter::owe(Job job) {
    if (owed_.empty()) owed_due_ = SteadyClock::now() + options_.retry_after;
    if (job.kind == Job::Kind::clear) owed_.clear();
    owed_.push_back(std::move(job));
    if (owed_.size() > kMaxOwed) {
        owed_.clear();
        queue_.clear();
    }
}

// Removals come first when the disk is back: nobody reads it before they are done.
void DiskWriter::perform_owed() {
    std::size_t done = 0;
    for (; done < owed_.size(); ++done) {
        if (!queue_.is_wanted(owed_[done])) continue;
        if (!attempt(owed_[done])) break;
        queue_.settle(owed_[done]);
    }
    owed_.erase(owed_.begin(), owed_.begin() + static_cast<std::ptrdiff_t>(done));
    owed_due_ = SteadyClock::now() + options_.retry_after;
    if (in_service()) note(ErrorBudget::Verb::write, owed_.empty());
}

void DiskWriter::heal() {
    if (disk_.probe()) {
        perform_owed();
        if (owed_.empty()) {
            budget_.probe_succeeded();
            return;
        }
    }
    budget_.probe_failed();
}

// A bounded step; jobs come between two of them.
void DiskWriter::purge() {
    if (!in_pass_) pass_began_ = SteadyClock::now();
    const auto more = disk_.purge_step();
    if (!more) note(ErrorBudget::Verb::write, false);  // success may have written nothing
    in_pass_ = more && *more;
    const auto now = SteadyClock::now();
    purge_due_ = now;
    if (more && !in_pass_) end_pass();
    if (!in_pass_) {
        purge_due_ += std::max<SteadyClock::duration>(options_.purge_pause,
                                                      (now - pass_began_) * kPurgeShare);
    }
}

bool DiskWriter::is_dead(const Entry& entry) const {
    return options_.invalidation && options_.invalidation->kills(entry);
}

// The whole disk was looked through: what older rules declared dead is gone, unless it still waits
// to be written.
void DiskWriter::end_pass() {
    if (!options_.invalidation || options_.invalidation->size() == 0 || queue_.bytes() > 0) return;
    options_.invalidation->forget_issued_before(pass_began_);
    const auto saved = save_invalidation();
    if (!saved) note(ErrorBudget::Verb::write, false);
}

// One at a time, so that a list that was written down earlier never replaces a later one.
Result<void> DiskWriter::save_invalidation() {
    const std::lock_guard lock(note_mutex_);
    return disk_.write_note(kInvalidationNote, options_.invalidation->encode());
}

Result<void> DiskWriter::load_invalidation() {
    const auto note = disk_.read_note(kInvalidationNote);
    if (!note) return failure(note.error());
    if (note->empty()) return {};
    return options_.invalidation->restore(*note);
}

}  // namespace refrain::cache
