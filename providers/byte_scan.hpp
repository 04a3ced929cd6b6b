// Finds bytes of a kind eight at a time: long prompts are mostly bytes that mean themselves.
// Used by the readers and writers of JSON text and prompts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace refrain::providers {

inline constexpr std::uint64_t kEveryByte = 0x0101010101010101;
inline constexpr std::uint64_t kHighBits = 0x80 * kEveryByte;

// Not 0 exactly if some byte of the word is below `limit`, which is at most 0x80.
constexpr std::uint64_t bytes_below(std::uint64_t word, std::uint64_t limit) noexcept {
    return (word - kEveryByte * limit) & ~word & kHighBits;
}

constexpr std::uint64_t bytes_equal(std::uint64_t word, char c) noexcept {
    return bytes_below(word ^ (kEveryByte * static_cast<unsigned char>(c)), 1);
}

// What a JSON string cannot hold as it is: quotes, backslashes, controls.
constexpr std::uint64_t json_specials(std::uint64_t word) noexcept {
    return bytes_below(word, 0x20) | bytes_equal(word, '"') | bytes_equal(word, '\\');
}

constexpr std::uint64_t non_ascii(std::uint64_t word) noexcept {
    return word & kHighBits;
}

// The first position from `at` on whose byte stops, or the end. `stops` takes a word and returns
// not 0 if one of its bytes does.
template <class Stops>
std::size_t find_byte(std::string_view text, std::size_t at, Stops stops) noexcept {
    std::uint64_t word = 0;
    while (at + sizeof word <= text.size()) {
        std::memcpy(&word, text.data() + at, sizeof word);
        if (stops(word) != 0) break;
        at += sizeof word;
    }
    while (at < text.size()) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (stops(kEveryByte * byte) != 0) break;
        ++at;
    }
    return at;
}

}  // namespace refrain::providers
