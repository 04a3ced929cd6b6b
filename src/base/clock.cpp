#include "base/clock.hpp"

#include <array>
#include <ctime>

namespace refrain {

WallTime WallTime::plus(std::chrono::milliseconds duration) const noexcept {
    std::int64_t sum = 0;
    if (is_forever() || __builtin_add_overflow(ms, duration.count(), &sum)) return forever();
    return {sum};
}

std::int64_t WallTime::seconds_since(WallTime then) const noexcept {
    return ms <= then.ms ? 0 : (ms - then.ms) / 1000;
}

std::string WallTime::rfc3339() const {
    const std::time_t seconds = ms / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text.data(), size};
}

WallTime wall_now() noexcept {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
}

}  // namespace refrain
