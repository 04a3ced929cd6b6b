#include "gateway/retry.hpp"

#include "http/date.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace refrain::gateway {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{500};
constexpr milliseconds kLongestPause{8'000};
constexpr milliseconds kLongestAskedFor{30'000};  // a longer Retry-After is for the caller to obey

bool is_passing(int status) noexcept {
    return status == 429 || status == 502 || status == 503 || status == 504;
}

// Doubles with each attempt; between half of that and all of it.
milliseconds backoff(const FailedAttempt& attempt) {
    const auto whole = std::min(kFirstPause * (1 << std::min(attempt.number, 10U)), kLongestPause);
    return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(whole.count()) *
                                                       (0.5 + attempt.luck / 2)));
}

std::optional<milliseconds> number(std::string_view text, milliseconds unit) {
    constexpr std::int64_t kMost = 1'000'000'000;
    std::int64_t count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
    if (!whole || count < 0) return std::nullopt;
    return unit * std::min(count, kMost);
}

// RFC 9110 10.2.3, and OpenAI's finer one; 0 where none is sound.
milliseconds asked_for(const http::Fields& fields, WallTime now) {
    if (const auto fine = fields.find("retry-after-ms")) {
        if (const auto pause = number(*fine, milliseconds(1))) return *pause;
    }
    const auto text = fields.find("retry-after");
    if (!text) return milliseconds(0);
    if (const auto pause = number(*text, milliseconds(1000))) return *pause;
    const auto date = http::parse_http_date(*text);
    if (!date) return milliseconds(0);
    return milliseconds(std::max<std::int64_t>(0, date->ms - now.ms));
}

}  // namespace

std::optional<milliseconds> pause_after(const http::ResponseHead& head,
                                        const FailedAttempt& attempt) {
    if (!is_passing(head.status)) return std::nullopt;
    if (head.fields.find("x-should-retry").value_or("") == "false") return std::nullopt;
    const auto asked = asked_for(head.fields, attempt.now);
    if (asked > kLongestAskedFor) return std::nullopt;
    return std::max(asked, backoff(attempt));
}

std::optional<milliseconds> pause_after(const Error& error, const FailedAttempt& attempt) {
    if (error.retry != Retry::always) return std::nullopt;
    return backoff(attempt);
}

}  // namespace refrain::gateway
