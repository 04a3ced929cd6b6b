// Names that callers had removed lately. An answer that was under way then, or being judged, must
// not be kept under one of them afterwards. Thread-safe, bounded, in memory only.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace refrain::gateway {

class ForgottenNames {
  public:
    // Before the entries of that name are removed.
    void add(const std::string& name) {
        const std::lock_guard lock(mutex_);
        if (when_.size() >= kMost) drop_oldest();
        when_[name] = SteadyClock::now();
    }

    // Whether one of them was removed at `since` or later. To be asked after the entry was kept:
    // then either this says so, or the removal finds the entry.
    bool has_any(const std::vector<std::string>& names, SteadyClock::time_point since) const {
        if (names.empty()) return false;
        const std::lock_guard lock(mutex_);
        for (const auto& name : names) {
            const auto found = when_.find(name);
            if (found != when_.end() && found->second >= since) return true;
        }
        return false;
    }

  private:
    static constexpr std::size_t kMost = 4096;

    void drop_oldest() {
        auto oldest = when_.begin();
        for (auto at = when_.begin(); at != when_.end(); ++at) {
            if (at->second < oldest->second) oldest = at;
        }
        when_.erase(oldest);
    }

    mutable std::mutex mutex_;
    std::unordered_map<std::string, SteadyClock::time_point> when_;
};

}  // namespace refrain::gateway
