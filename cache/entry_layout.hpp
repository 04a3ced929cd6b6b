// The fixed head of an encoded entry, for those who sift many without decoding each (the disk's
// purge). Pure. docs/formats/entry.md has the whole.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace refrain::cache {

inline constexpr std::string_view kEntryMagic = "RfEn";
inline constexpr std::uint16_t kEntryVersion = 1;

struct EntryFacts {
    WallTime expires;
    WallTime created;
};

// Unverified: the checksum is not computed. Absent if the head is not that of an entry.
std::optional<EntryFacts> peek_entry(std::string_view bytes) noexcept;

}  // namespace refrain::cache
