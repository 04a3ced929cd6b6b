// The Date field's form of time, IMF-fixdate (RFC 9110 5.6.7). No allocation, no locale, no lock:
// cheap enough for every answer. Pure.
#pragma once

#include "base/clock.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace refrain::http {

// Sun, 06 Nov 1994 08:49:37 GMT
struct HttpDate {
    std::array<char, 29> text;
    std::string_view view() const noexcept { return {text.data(), text.size()}; }
};

// Whole seconds, rounded down. Times outside the years 0 to 9999 give the nearest within.
HttpDate http_date(WallTime time) noexcept;

// The same form read. Absent for any other, the obsolete ones included; a wrong weekday is
// overlooked.
std::optional<WallTime> parse_http_date(std::string_view text) noexcept;

}  // namespace refrain::http
