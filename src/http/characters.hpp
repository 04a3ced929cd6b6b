// Which bytes may stand where in a message (RFC 9110 5.5 and 5.6.2, RFC 9112 3.2): one table, and
// scans that take eight bytes at a time. Behind the parser, the writer and the decoders. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace refrain::http {

enum class Characters : std::uint8_t {
    token = 1,       // RFC 9110 5.6.2
    target = 2,      // of a request target, as browsers and SDKs write them
    unreserved = 4,  // RFC 3986 2.3
    digit = 8,
    hex = 16,
    value = 32,  // of a field value: visible, SP, HTAB, obs-text
};

constexpr std::uint8_t classes_of(int byte) {
    constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";
    constexpr std::string_view kNotInTarget = "\"<>\\#";
    constexpr std::string_view kUnreservedMarks = "-._~";
    const auto one_of = [byte](std::string_view marks) {
        return byte < 0x80 && marks.find(static_cast<char>(byte)) != marks.npos;
    };
    const bool digit = byte >= '0' && byte <= '9';
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    const bool visible = byte > 0x20 && byte < 0x7f;
    int classes = 0;
    const auto add = [&classes](Characters which, bool belongs) {
        if (belongs) classes |= static_cast<int>(which);
    };
    add(Characters::token, digit || letter || one_of(kTokenMarks));
    add(Characters::target, visible && !one_of(kNotInTarget));
    add(Characters::unreserved, digit || letter || one_of(kUnreservedMarks));
    add(Characters::digit, digit);
    add(Characters::hex, digit || (letter && (byte | 0x20) <= 'f'));
    add(Characters::value, visible || byte == ' ' || byte == '\t' || byte >= 0x80);
    return static_cast<std::uint8_t>(classes);
}

constexpr std::array<std::uint8_t, 256> make_character_table() {
    std::array<std::uint8_t, 256> table{};
    for (int byte = 0; byte < 256; ++byte)
        table[static_cast<std::size_t>(byte)] = classes_of(byte);
    return table;
}

inline constexpr auto kCharacters = make_character_table();

inline bool is_in(char c, Characters which) noexcept {
    return (kCharacters[static_cast<std::uint8_t>(c)] & static_cast<std::uint8_t>(which)) != 0;
}

inline bool all_in(std::string_view text, Characters which) noexcept {
    for (const char c : text) {
        if (!is_in(c, which)) return false;
    }
    return true;
}

// How many bytes at the front are of that class.
inline std::size_t span_of(std::string_view text, Characters which) noexcept {
    std::size_t at = 0;
    while (at < text.size() && is_in(text[at], which))
        ++at;
    return at;
}

inline char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// The value of a hexadecimal digit, or -1.
inline int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    const char low = to_lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

// Without optional white space at both ends (RFC 9110 5.6.3: SP and HTAB only).
inline std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

namespace words {

inline constexpr std::uint64_t kOnes = 0x0101010101010101;
inline constexpr std::uint64_t kHighs = 0x8080808080808080;

inline std::uint64_t load(const char* from) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, from, sizeof word);
    return word;
}

// Not zero if some byte of the word is below `limit` (at most 0x80), or is `wanted`.
inline std::uint64_t below(std::uint64_t word, std::uint8_t limit) noexcept {
    return (word - kOnes * limit) & ~word & kHighs;
}
inline std::uint64_t holds(std::uint64_t word, std::uint8_t wanted) noexcept {
    return below(word ^ (kOnes * wanted), 1);
}

}  // namespace words

// Where the first CR or LF at or after `from` is, or npos.
inline std::size_t find_line_end(std::string_view text, std::size_t from) noexcept {
    while (from + sizeof(std::uint64_t) <= text.size()) {
        const std::uint64_t word = words::load(text.data() + from);
        if ((words::holds(word, '\n') | words::holds(word, '\r')) != 0) break;
        from += sizeof word;
    }
    for (; from < text.size(); ++from) {
        if (text[from] == '\n' || text[from] == '\r') return from;
    }
    return std::string_view::npos;
}

}  // namespace refrain::http
