#include "cache/name_index.hpp"

namespace refrain::cache {

void NameIndex::add(const Entry& entry) {
    for (const auto& name : entry.names) {
        keys_[name].insert(entry.key);
    }
}

void NameIndex::remove(const Entry& entry) {
    for (const auto& name : entry.names) {
        const auto found = keys_.find(name);
        if (found == keys_.end()) continue;
        found->second.erase(entry.key);
        if (found->second.empty()) keys_.erase(found);
    }
}

std::vector<Key> NameIndex::find(std::string_view name, std::size_t limit) const {
    std::vector<Key> keys;
    const auto found = keys_.find(std::string(name));
    if (found == keys_.end()) return keys;
    for (const auto& key : found->second) {
        if (keys.size() == limit) break;
        keys.push_back(key);
    }
    return keys;
}

}  // namespace refrain::cache
