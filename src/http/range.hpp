// Byte ranges (RFC 9110 14): which parts of a representation a Range field asks for. Pure. Fuzzed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::http {

struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;  // inclusive

    std::uint64_t size() const noexcept { return last - first + 1; }
    bool operator==(const ByteRange&) const = default;
};

struct RangeAnswer {
    enum class Kind {
        whole,          // 200: no range, not one of bytes, malformed, or more than is given out
        parts,          // 206
        unsatisfiable,  // 416
    } kind = Kind::whole;
    std::vector<ByteRange>
        parts;  // in the order asked for; those that overlap are joined, in order
};

inline constexpr std::size_t kMostRanges = 4;

// `field` is the value of Range, `size` that of the whole representation.
RangeAnswer resolve_range(std::string_view field, std::uint64_t size);

// "bytes 0-99/1234", and "bytes */1234" for a 416.
std::string content_range(const ByteRange& range, std::uint64_t size);
std::string unsatisfied_range(std::uint64_t size);

}  // namespace refrain::http
