#include "providers/audio/tags.hpp"

#include "providers/audio/numbers.hpp"

namespace refrain::providers::audio {

namespace {

constexpr std::uint64_t kId3v1Bytes = 128;
constexpr std::uint64_t kId3v1ExtensionBytes = 227;
constexpr std::uint64_t kApeEndBytes = 32;
constexpr std::uint32_t kApeHasHeader = 1U << 31;

// The length of a tag at the front; 0 for none. One that is longer than the file is none.
std::uint64_t id3v2_bytes(std::string_view bytes) {
    constexpr std::uint64_t kHeaderBytes = 10;
    constexpr std::uint8_t kHasFooter = 0x10;
    if (!has_at(bytes, 0, "ID3") || bytes.size() < kHeaderBytes) return 0;
    if (byte_at(bytes, 3) == 0xFF || byte_at(bytes, 4) == 0xFF) return 0;
    std::uint64_t size = 0;
    for (std::uint64_t at = 6; at < kHeaderBytes; ++at) {
        if (byte_at(bytes, at) > 0x7F) return 0;  // "synchsafe" has seven bits in a byte
        size = (size << 7) | byte_at(bytes, at);
    }
    const bool footer = (byte_at(bytes, 5) & kHasFooter) != 0;
    const std::uint64_t whole = kHeaderBytes + size + (footer ? kHeaderBytes : 0);
    return whole <= bytes.size() ? whole : 0;
}

std::uint64_t leading_ape_bytes(std::string_view bytes) {
    if (!has_at(bytes, 0, "APETAGEX")) return 0;
    const std::uint64_t whole = kApeEndBytes + little_endian(bytes, 12, 4);
    return whole <= bytes.size() ? whole : 0;
}

std::uint64_t trailing_ape_bytes(std::string_view bytes) {
    if (bytes.size() < kApeEndBytes) return 0;
    const std::string_view end = bytes.substr(bytes.size() - kApeEndBytes);
    if (!end.starts_with("APETAGEX")) return 0;
    const std::uint64_t size = little_endian(end, 12, 4);  // with this end, without a header
    const bool header = (little_endian(end, 20, 4) & kApeHasHeader) != 0;
    const std::uint64_t whole = size + (header ? kApeEndBytes : 0);
    return size >= kApeEndBytes && whole <= bytes.size() ? whole : 0;
}

std::uint64_t id3v1_bytes(std::string_view bytes) {
    if (bytes.size() < kId3v1Bytes || !has_at(bytes, bytes.size() - kId3v1Bytes, "TAG")) return 0;
    const std::uint64_t both = kId3v1Bytes + kId3v1ExtensionBytes;
    const bool extended = bytes.size() >= both && has_at(bytes, bytes.size() - both, "TAG+");
    return extended ? both : kId3v1Bytes;
}

// "LYRICSBEGIN" ... six digits, "LYRICS200"; the digits count all before them.
std::uint64_t lyrics3_bytes(std::string_view bytes) {
    constexpr std::string_view kEnd = "LYRICS200";
    constexpr std::uint64_t kDigits = 6;
    if (!bytes.ends_with(kEnd) || bytes.size() < kEnd.size() + kDigits) return 0;
    const std::uint64_t digits_at = bytes.size() - kEnd.size() - kDigits;
    std::uint64_t size = 0;
    for (const char c : slice(bytes, digits_at, kDigits)) {
        if (c < '0' || c > '9') return 0;
        size = size * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (size > digits_at || !has_at(bytes, digits_at - size, "LYRICSBEGIN")) return 0;
    return size + kDigits + kEnd.size();
}

}  // namespace

std::string_view without_leading_tags(std::string_view bytes) {
    for (;;) {
        const std::uint64_t tag = std::max(id3v2_bytes(bytes), leading_ape_bytes(bytes));
        if (tag == 0) return bytes;
        bytes.remove_prefix(static_cast<std::size_t>(tag));
    }
}

std::string_view without_trailing_tags(std::string_view bytes) {
    for (;;) {
        const std::uint64_t tag =
            std::max({id3v1_bytes(bytes), trailing_ape_bytes(bytes), lyrics3_bytes(bytes)});
        if (tag == 0) return bytes;
        bytes.remove_suffix(static_cast<std::size_t>(tag));
    }
}

}  // namespace refrain::providers::audio
