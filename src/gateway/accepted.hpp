// The credentials each upstream has accepted. In a shared scope a stored answer could otherwise be
// had with a key that was never good: the provider would have said 401. One that asks for no
// credential at all says nothing about another. Thread-safe, in memory only.
#pragma once

#include <cstddef>
#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace refrain::gateway {

class AcceptedCredentials {
  public:
    // `upstream` is its name, `credential_id` is Identity::credential_id.
    void add(const std::string& upstream, const std::string& credential_id) {
        const std::lock_guard lock(mutex_);
        if (ids_.size() >= kMost) ids_.clear();  // each is asked for once more, no harm done
        ids_.emplace(upstream, credential_id);
    }

    bool has(const std::string& upstream, const std::string& credential_id) const {
        const std::lock_guard lock(mutex_);
        return ids_.count({upstream, credential_id}) > 0;
    }

  private:
    static constexpr std::size_t kMost = 100'000;
    mutable std::mutex mutex_;
    std::set<std::pair<std::string, std::string>> ids_;
};

}  // namespace refrain::gateway
