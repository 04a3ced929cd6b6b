// Which entries somebody means: to list them, or to make them dead. Pure.
#pragma once

#include "cache/entry.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace refrain::cache {

// Empty members match everything; of several that are set, all must match.
struct Selector {
    std::vector<std::string> tags;  // any of them
    std::string model;              // globs, as matches_glob() has them
    std::string operation;
    std::string voice;
    std::string tenant;
    std::string pattern;  // of the entry's key, or of one of its names

    bool operator==(const Selector&) const = default;
    bool is_empty() const { return *this == Selector{}; }
    bool matches(const Entry& entry) const;
};

// `*` stands for any characters, `?` for one; anything else for itself. Takes time in proportion to
// the product of the lengths at worst.
bool matches_glob(std::string_view glob, std::string_view text) noexcept;

}  // namespace refrain::cache
