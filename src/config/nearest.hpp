// The known word closest to a mistyped one. Pure and thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::config {

// How many letters must be inserted, removed, replaced or swapped with their neighbour to make one
// word of the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The closest of `known`, or "" if none is near enough to be what was meant.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

// The same for names of parts: "listen" also finds the only name that ends in ".listen".
std::string suggestion(std::string_view name,
                       char separator,
                       const std::vector<std::string>& known);

}  // namespace refrain::config
