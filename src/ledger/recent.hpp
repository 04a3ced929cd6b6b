// The last requests a loop answered, for whoever watches. The loop never waits: while somebody
// looks, a request goes unlisted.
#pragma once

#include "base/clock.hpp"
#include "base/outcome.hpp"
#include "ledger/names.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace refrain::ledger {

struct RecentLine {
    std::int64_t id = 0;  // microseconds since 1970: later ones are greater
    CellId cell;
    Outcome outcome = Outcome::miss;
    std::chrono::microseconds duration{0};
    std::int64_t cost_pico = 0;  // of the entry that answered: paid on a miss, else saved

    WallTime time() const noexcept { return {id / 1'000}; }
};

class Recent {
  public:
    void add(RecentLine line) noexcept {
        const std::unique_lock lock(mutex_, std::try_to_lock);
        if (lock.owns_lock()) lines_[next_++ % lines_.size()] = line;
    }

    void collect(std::int64_t after, std::vector<RecentLine>& found) const {
        const std::lock_guard lock(mutex_);
        for (const auto& line : lines_) {
            if (line.id > after) found.push_back(line);
        }
    }

  private:
    mutable std::mutex mutex_;
    std::array<RecentLine, 256> lines_{};
    std::size_t next_ = 0;
};

}  // namespace refrain::ledger
