// What was declared dead. An invalidation is a rule with a time, not a scan: an entry is dead if it
// was born before a rule that matches it. Rules are few; issuing one takes effect everywhere at
// once, and space is reclaimed later. Thread-safe.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cache/selector.hpp"

#include <atomic>
#include <cstdint>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::cache {

struct Rule {
    Selector selector;
    WallTime before;                   // born earlier than that: dead
    SteadyClock::time_point issued{};  // or read back, after a start
};

class Invalidation {
  public:
    // One compare: whether any rule is about entries of that age.
    bool may_kill(WallTime created) const noexcept {
        return created.ms < newest_.load(std::memory_order_acquire);
    }
    bool kills(const Entry& entry) const;

    void add(Rule rule);
    // Those issued before that: their dead are gone everywhere.
    void forget_issued_before(SteadyClock::time_point time);
    // How often rules were forgotten. Whoever looked before the last time may hold what they
    // killed.
    std::uint64_t times_forgotten() const noexcept {
        return times_forgotten_.load(std::memory_order_acquire);
    }
    std::size_t size() const;

    // docs/formats/disk.md. restore() adds to what is there, and fails on any damage.
    std::string encode() const;
    Result<void> restore(std::string_view bytes);

  private:
    void note_newest();  // REQUIRES: mutex_ held

    mutable std::shared_mutex mutex_;
    std::vector<Rule> rules_;
    std::atomic<std::int64_t> newest_{INT64_MIN};  // of all `before`
    std::atomic<std::uint64_t> times_forgotten_{0};
};

}  // namespace refrain::cache
