#include "http/date.hpp"

#include <algorithm>
#include <chrono>

namespace refrain::http {

namespace {

constexpr std::string_view kWeekdays = "SunMonTueWedThuFriSat";
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::int64_t kFirstSecond = -62'167'219'200;  // 0000-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z

void put_number(char* at, int digits, int number) noexcept {
    for (int i = digits; i-- > 0; number /= 10)
        at[i] = static_cast<char>('0' + number % 10);
}

void put_name(char* at, std::string_view names, unsigned index) noexcept {
    std::copy_n(names.data() + std::size_t{index} * 3, 3, at);
}

}  // namespace

HttpDate http_date(WallTime time) noexcept {
    using namespace std::chrono;
    const sys_seconds second(std::clamp(
        floor<seconds>(milliseconds(time.ms)), seconds(kFirstSecond), seconds(kLastSecond)));
    const sys_days day = floor<days>(second);
    const year_month_day date(day);
    const hh_mm_ss clock(second - day);

    constexpr std::string_view kForm = "---, -- --- ---- --:--:-- GMT";
    HttpDate written{};
    char* const at = written.text.data();
    std::copy(kForm.begin(), kForm.end(), at);
    put_name(at, kWeekdays, weekday(day).c_encoding());
    put_number(at + 5, 2, static_cast<int>(static_cast<unsigned>(date.day())));
    put_name(at + 8, kMonths, static_cast<unsigned>(date.month()) - 1);
    put_number(at + 12, 4, static_cast<int>(date.year()));
    put_number(at + 17, 2, static_cast<int>(clock.hours().count()));
    put_number(at + 20, 2, static_cast<int>(clock.minutes().count()));
    put_number(at + 23, 2, static_cast<int>(clock.seconds().count()));
    return written;
}

std::optional<WallTime> parse_http_date(std::string_view text) noexcept {
    using namespace std::chrono;
    const HttpDate form = http_date({});
    if (text.size() != form.text.size()) return std::nullopt;
    // Separators where they belong, digits where the form has digits.
    for (std::size_t i = 3; i < text.size(); ++i) {
        const bool in_month = i >= 8 && i < 11;
        const bool digit = form.text[i] >= '0' && form.text[i] <= '9';
        if (in_month) continue;
        if (digit ? text[i] < '0' || text[i] > '9' : text[i] != form.text[i]) return std::nullopt;
    }
    const auto month_at = kMonths.find(text.substr(8, 3));
    if (month_at == kMonths.npos || month_at % 3 != 0) return std::nullopt;
    const auto number = [text](std::size_t at, std::size_t digits) {
        int value = 0;
        for (const char c : text.substr(at, digits))
            value = value * 10 + (c - '0');
        return value;
    };
    const year_month_day date(year(number(12, 4)),
                              month(static_cast<unsigned>(month_at / 3 + 1)),
                              day(static_cast<unsigned>(number(5, 2))));
    if (!date.ok() || number(17, 2) > 23 || number(20, 2) > 59 || number(23, 2) > 59) {
        return std::nullopt;
    }
    const auto second = sys_seconds(sys_days(date)) + hours(number(17, 2)) +
                        minutes(number(20, 2)) + seconds(number(23, 2));
    return WallTime{milliseconds(second.time_since_epoch()).count()};
}

}  // namespace refrain::http
