#include "base/duration.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace refrain {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::array<Unit, 7> kDurations{{
    {"w", 604'800'000},
    {"d", 86'400'000},
    {"h", 3'600'000},
    {"m", 60'000},
    {"s", 1'000},
    {"ms", 1},
    {"", 1'000},
}};

constexpr std::array<Unit, 13> kSizes{{
    {"TiB", 1ULL << 40},
    {"GiB", 1ULL << 30},
    {"MiB", 1ULL << 20},
    {"KiB", 1ULL << 10},
    {"TB", 1'000'000'000'000},
    {"GB", 1'000'000'000},
    {"MB", 1'000'000},
    {"KB", 1'000},
    {"kB", 1'000},
    {"G", 1ULL << 30},
    {"M", 1ULL << 20},
    {"B", 1},
    {"", 1},
}};

// A whole number and one of the units; absent if it is anything else or beyond 2^63 - 1.
template <std::size_t N>
std::optional<std::uint64_t> parse_quantity(std::string_view text,
                                            const std::array<Unit, N>& units) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, number);
    if (fault != std::errc{}) return std::nullopt;
    const std::string_view suffix(rest, static_cast<std::size_t>(end - rest));
    for (const Unit& unit : units) {
        if (unit.name != suffix) continue;
        std::uint64_t product = 0;
        constexpr auto kLimit =
            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        if (__builtin_mul_overflow(number, unit.factor, &product) || product >= kLimit) {
            return std::nullopt;
        }
        return product;
    }
    return std::nullopt;
}

template <std::size_t N>
std::string format_quantity(std::uint64_t amount, const std::array<Unit, N>& units) {
    for (const Unit& unit : units) {
        if (amount != 0 && amount % unit.factor == 0) {
            return std::to_string(amount / unit.factor) + std::string(unit.name);
        }
    }
    return std::to_string(amount);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    if (text == "forever") return kForever;
    const auto amount = parse_quantity(text, kDurations);
    if (!amount) return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(*amount));
}

std::string format_duration(std::chrono::milliseconds duration) {
    if (duration == kForever) return "forever";
    if (duration.count() <= 0) return "0s";
    return format_quantity(static_cast<std::uint64_t>(duration.count()), kDurations);
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
    return parse_quantity(text, kSizes);
}

std::string format_bytes(std::uint64_t bytes) {
    return format_quantity(
        bytes, std::array<Unit, 5>{{kSizes[0], kSizes[1], kSizes[2], kSizes[3], {"", 1}}});
}

}  // namespace refrain
