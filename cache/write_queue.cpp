#include "cache/write_queue.hpp"

#include <algorithm>
#include <utility>

namespace refrain::cache {

namespace {

constexpr std::size_t kMaxJobs = 1 << 18;

std::size_t size_of(const Entry& entry, const RequestText& request) {
    return entry.size_bytes() + (request ? request->capacity() : 0);
}

}  // namespace

bool WriteQueue::put(const EntryPtr& entry, RequestText request) {
    const auto size = size_of(*entry, request);
    {
        const std::lock_guard lock(mutex_);
        if (bytes_ + size > capacity_bytes_ || jobs_.size() >= kMaxJobs) return false;
        forget(entry->key);
        push({Job::Kind::put, entry->key, nullptr, nullptr, {}, 0});
        pending_[entry->key] = {entry, std::move(request), last_number_};
        bytes_ += size;
        names_.add(*entry);
    }
    news_.notify_one();
    return true;
}

void WriteQueue::remove(const Key& key) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = pending_.find(key);
        if (found != pending_.end() && !found->second.entry) return;
        push_removal(key);
    }
    news_.notify_one();
}

void WriteQueue::remove_name(std::string_view name) {
    {
        const std::lock_guard lock(mutex_);
        ++name_removals_;
        if (push({Job::Kind::remove_name, {}, nullptr, nullptr, std::string(name), 0})) {
            ++removed_names_[std::string(name)];
        }
    }
    news_.notify_one();
}

void WriteQueue::clear() {
    {
        const std::lock_guard lock(mutex_);
        forget_everything();
        push({Job::Kind::clear, {}, nullptr, nullptr, {}, 0});
    }
    news_.notify_one();
}

bool WriteQueue::push(Job job) {
    const bool fits = jobs_.size() < kMaxJobs;
    if (!fits) {
        forget_everything();
        job = {Job::Kind::clear, {}, nullptr, nullptr, {}, 0};
    }
    job.number = ++last_number_;
    if (job.kind == Job::Kind::clear) clearing_ = job.number;
    jobs_.push_back(std::move(job));
    return fits;
}

void WriteQueue::push_removal(const Key& key) {
    forget(key);
    if (push({Job::Kind::remove, key, nullptr, nullptr, {}, 0})) {
        pending_[key] = {nullptr, nullptr, last_number_};
    }
}

void WriteQueue::forget(const Key& key) {
    const auto found = pending_.find(key);
    if (found == pending_.end()) return;
    if (const auto& entry = found->second.entry) {
        bytes_ -= size_of(*entry, found->second.request);
        names_.remove(*entry);
    }
    pending_.erase(found);
}

void WriteQueue::forget_removal(const std::string& name) {
    ++name_removals_;
    const auto found = removed_names_.find(name);
    if (found != removed_names_.end() && --found->second == 0) removed_names_.erase(found);
}

void WriteQueue::forget_everything() {
    jobs_.clear();
    pending_.clear();
    names_.clear();
    removed_names_.clear();
    bytes_ = 0;
}

std::optional<EntryPtr> WriteQueue::outcome(const Key& key) const {
    const std::lock_guard lock(mutex_);
    if (const auto found = pending_.find(key); found != pending_.end()) return found->second.entry;
    if (clearing_ != 0) return EntryPtr();
    return std::nullopt;
}

RequestText WriteQueue::request_of(const Key& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = pending_.find(key);
    return found != pending_.end() ? found->second.request : nullptr;
}

bool WriteQueue::removes_any(const std::vector<std::string>& names) const {
    if (names.empty()) return false;
    const std::lock_guard lock(mutex_);
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return removed_names_.count(name) > 0;
    });
}

std::uint64_t WriteQueue::name_removals() const {
    const std::lock_guard lock(mutex_);
    return name_removals_;
}

std::vector<Key> WriteQueue::find_names(std::string_view name, std::size_t limit) const {
    const std::lock_guard lock(mutex_);
    return names_.find(name, limit);
}

bool WriteQueue::is_current(const Job& job) const {
    const auto found = pending_.find(job.key);
    return found != pending_.end() && found->second.number == job.number;
}

std::optional<WriteQueue::Job> WriteQueue::next(SteadyClock::time_point deadline) {
    std::unique_lock lock(mutex_);
    for (;;) {
        while (!jobs_.empty()) {
            auto job = std::move(jobs_.front());
            jobs_.pop_front();
            if (job.kind != Job::Kind::put) return job;
            if (is_current(job)) {
                const Pending& pending = pending_[job.key];
                job.entry = pending.entry;
                job.request = pending.request;
                return job;
            }
            pass(job.number);  // a later word about this key is in the queue
        }
        if (stopped_ || std::exchange(nudged_, false)) return std::nullopt;
        if (news_.wait_until(lock, deadline) == std::cv_status::timeout && jobs_.empty()) {
            return std::nullopt;
        }
    }
}

void WriteQueue::pass(std::uint64_t number) {
    passed_number_ = number;
    done_.notify_all();
}

void WriteQueue::settle(const Job& job) {
    const std::lock_guard lock(mutex_);
    if (job.kind == Job::Kind::clear && clearing_ == job.number) clearing_ = 0;
    if (job.kind == Job::Kind::remove_name) forget_removal(job.name);
    if (is_current(job)) forget(job.key);
    if (job.number > passed_number_) pass(job.number);
}

void WriteQueue::give_up(const Job& job, bool remove_instead) {
    const std::lock_guard lock(mutex_);
    if (job.kind == Job::Kind::put && is_current(job)) {
        forget(job.key);
        if (remove_instead) push_removal(job.key);
    }
    if (job.number > passed_number_) pass(job.number);
}

bool WriteQueue::is_wanted(const Job& job) const {
    const std::lock_guard lock(mutex_);
    if (job.kind == Job::Kind::remove) return is_current(job);
    return job.kind != Job::Kind::clear || clearing_ == job.number;
}

void WriteQueue::nudge() {
    {
        const std::lock_guard lock(mutex_);
        nudged_ = true;
    }
    news_.notify_one();
}

void WriteQueue::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    news_.notify_one();
}

bool WriteQueue::is_finished() const {
    const std::lock_guard lock(mutex_);
    return stopped_ && jobs_.empty();
}

void WriteQueue::wait_until_done() const {
    std::unique_lock lock(mutex_);
    const auto last = last_number_;
    done_.wait(lock, [&] { return passed_number_ >= last; });
}

std::size_t WriteQueue::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

}  // namespace refrain::cache
