// Which entries carry a name, for the tiers that keep entries in memory. One name may belong to
// many entries: equal audio bought by two credentials has one address. Not locked: its owner is.
#pragma once

#include "cache/entry.hpp"
#include "cache/key.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace refrain::cache {

inline constexpr std::size_t kAllNames = SIZE_MAX;  // no limit

class NameIndex {
  public:
    void add(const Entry& entry);
    void remove(const Entry& entry);
    void clear() { keys_.clear(); }

    // At most `limit` of the keys, in their own order.
    std::vector<Key> find(std::string_view name, std::size_t limit) const;

  private:
    std::unordered_map<std::string, std::set<Key>> keys_;
};

}  // namespace refrain::cache
