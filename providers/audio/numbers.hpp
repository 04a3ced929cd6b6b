// Numbers and slices out of bytes that nobody vouches for. Nothing here reads out of bounds: what
// lies past the end reads as 0 or is cut off.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace refrain::providers::audio {

inline std::string_view slice(std::string_view bytes, std::uint64_t at, std::uint64_t count) {
    if (at >= bytes.size()) return {};
    return bytes.substr(static_cast<std::size_t>(at),
                        static_cast<std::size_t>(std::min<std::uint64_t>(count, bytes.size())));
}

inline std::string_view slice(std::string_view bytes, std::uint64_t at) {
    return slice(bytes, at, bytes.size());
}

inline bool has_at(std::string_view bytes, std::uint64_t at, std::string_view expected) {
    return slice(bytes, at, expected.size()) == expected;
}

inline std::uint8_t byte_at(std::string_view bytes, std::uint64_t at) {
    return at < bytes.size() ? static_cast<std::uint8_t>(bytes[static_cast<std::size_t>(at)])
                             : std::uint8_t{0};
}

// REQUIRES: count <= 8
inline std::uint64_t big_endian(std::string_view bytes, std::uint64_t at, int count) {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i)
        value = (value << 8) | byte_at(bytes, at + static_cast<std::uint64_t>(i));
    return value;
}

// REQUIRES: count <= 8
inline std::uint64_t little_endian(std::string_view bytes, std::uint64_t at, int count) {
    std::uint64_t value = 0;
    for (int i = count - 1; i >= 0; --i)
        value = (value << 8) | byte_at(bytes, at + static_cast<std::uint64_t>(i));
    return value;
}

}  // namespace refrain::providers::audio
