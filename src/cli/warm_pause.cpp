#include "cli/warm_pause.hpp"

#include "http/date.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace refrain::cli {

namespace {

using std::chrono::milliseconds;

constexpr unsigned kAttempts = 5;
constexpr milliseconds kLongest{60'000};

// RFC 9110 10.2.3: seconds, or a date. Absent if it is neither.
std::optional<milliseconds> read_retry_after(std::string_view text, WallTime now) {
    std::uint32_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size()) {
        return milliseconds(std::int64_t{seconds} * 1000);
    }
    const auto date = http::parse_http_date(text);
    if (!date) return std::nullopt;
    return milliseconds(std::max<std::int64_t>(date->ms - now.ms, 0));
}

}  // namespace

std::optional<milliseconds> pause_before_retry(int status,
                                               std::string_view retry_after,
                                               unsigned attempt,
                                               WallTime now) {
    if ((status != 429 && status != 503) || attempt >= kAttempts) return std::nullopt;
    const milliseconds doubling(std::int64_t{1000} << (attempt - 1));
    const auto pause = read_retry_after(retry_after, now).value_or(doubling);
    if (pause > kLongest) return std::nullopt;
    return pause;
}

}  // namespace refrain::cli
