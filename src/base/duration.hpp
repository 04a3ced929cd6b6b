// Durations and byte sizes as people write them: 30s, 10m, 24h, 7d, forever; 32MiB, 10GiB.
// Pure and thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refrain {

// No end. WallTime::plus() of it is WallTime::forever().
inline constexpr std::chrono::milliseconds kForever = std::chrono::milliseconds::max();

// "500ms", "30s", "10m", "24h", "7d", "2w", "forever", or a bare number of seconds.
// Absent if malformed, negative or beyond what fits.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
// The shortest of the forms above that is exact.
std::string format_duration(std::chrono::milliseconds duration);

// "512MiB", "10GiB", "4KB", "100" (bytes). Absent if malformed or beyond 2^63.
std::optional<std::uint64_t> parse_bytes(std::string_view text);
std::string format_bytes(std::uint64_t bytes);

}  // namespace refrain
