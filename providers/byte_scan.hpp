// Finds bytes of a kind sixteen at a time: long prompts are mostly bytes that mean themselves.
// Used by the readers and writers of JSON text and prompts.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace refrain::providers {

static_assert(std::endian::native == std::endian::little, "find_byte() counts from the low end");

// Sixteen bytes as numbers from -128 to 127, so that those beyond ASCII are below zero; and what a
// comparison of two of them gives: all bits of a byte, or none. Compilers have an instruction for
// each (GCC's and Clang's vector extension).
using ByteBlock = signed char __attribute__((vector_size(16)));

inline ByteBlock block_of(char c) noexcept {
    const auto s = static_cast<signed char>(c);
    return ByteBlock{s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s};
}

inline ByteBlock bytes_equal(ByteBlock block, char c) noexcept {
    return block == block_of(c);
}

// Beyond ASCII, and everything below `limit`.
inline ByteBlock bytes_below(ByteBlock block, char limit) noexcept {
    return block < block_of(limit);
}

inline ByteBlock non_ascii(ByteBlock block) noexcept {
    return bytes_below(block, '\0');
}

// What stands for itself in no JSON string, or needs a look: quotes, backslashes, controls, and
// what is beyond ASCII.
inline ByteBlock not_plain(ByteBlock block) noexcept {
    return bytes_below(block, ' ') | bytes_equal(block, '"') | bytes_equal(block, '\\');
}

// What a JSON string cannot hold as it is: quotes, backslashes, controls.
inline ByteBlock json_specials(ByteBlock block) noexcept {
    const ByteBlock controls = bytes_below(block, ' ') & ~non_ascii(block);
    return controls | bytes_equal(block, '"') | bytes_equal(block, '\\');
}

// The position of the first byte in which one of these bits is set; 16 if none is.
inline std::size_t first_set(ByteBlock block) noexcept {
    const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(block);
    if (halves[0] != 0) return static_cast<std::size_t>(std::countr_zero(halves[0])) / 8;
    return 8 + static_cast<std::size_t>(std::countr_zero(halves[1])) / 8;
}

// The first position from `at` on whose byte stops, or the end. `stops` takes a block and returns
// one that has bits in the bytes that do.
template <class Stops>
std::size_t find_byte(std::string_view text, std::size_t at, Stops stops) noexcept {
    ByteBlock block{};
    for (; at + sizeof block <= text.size(); at += sizeof block) {
        std::memcpy(&block, text.data() + at, sizeof block);
        const std::size_t first = first_set(stops(block));
        if (first < sizeof block) return at + first;
    }
    if (at >= text.size()) return text.size();
    block = ByteBlock{};
    std::memcpy(&block, text.data() + at, text.size() - at);
    return std::min(at + first_set(stops(block)), text.size());
}

// Whether `what`, of two bytes or more, stands in `text`. Looks for its first two bytes together:
// either alone, a quote for instance, is all over a JSON text.
inline bool contains(std::string_view text, std::string_view what) noexcept {
    std::size_t at = 0;
    for (; at + sizeof(ByteBlock) < text.size(); at += sizeof(ByteBlock)) {
        ByteBlock first{};
        ByteBlock second{};
        std::memcpy(&first, text.data() + at, sizeof first);
        std::memcpy(&second, text.data() + at + 1, sizeof second);
        if (first_set(bytes_equal(first, what[0]) & bytes_equal(second, what[1])) == sizeof first)
            continue;
        const auto window = text.substr(at, sizeof first + what.size() - 1);
        if (window.find(what) != std::string_view::npos) return true;
    }
    return text.substr(at).find(what) != std::string_view::npos;
}

}  // namespace refrain::providers
