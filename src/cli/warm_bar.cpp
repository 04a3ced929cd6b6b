#include "cli/warm_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace refrain::cli {

namespace {

constexpr std::size_t kWidth = 20;
constexpr std::chrono::milliseconds kStep{100};

std::string time_left(double seconds) {
    const long whole = std::lround(seconds);
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

}  // namespace

std::string warm_bar(std::size_t done, std::size_t total, std::chrono::milliseconds taken) {
    const std::size_t filled = total == 0 ? kWidth : done * kWidth / total;
    std::string bar = fmt::format("[{:<{}}]  {}/{}", std::string(filled, '#'), kWidth, done, total);
    const double seconds = std::chrono::duration<double>(taken).count();
    if (done == 0 || seconds <= 0) return bar;
    const double rate = static_cast<double>(done) / seconds;
    const double left = static_cast<double>(total - std::min(done, total)) / rate;
    return bar + fmt::format("  {:.1f}/s  {} left", rate, time_left(left));
}

WarmBar::WarmBar(Console& console, std::size_t total) : console_(console), total_(total) {}

WarmBar::~WarmBar() {
    clear();
}

void WarmBar::clear() {
    if (shown_) console_.err << "\r\x1b[K" << std::flush;
    shown_ = false;
}

void WarmBar::at(std::size_t done) {
    const auto now = Clock::now();
    if (!console_.err_is_terminal || (now < next_ && shown_)) return;
    next_ = now + kStep;
    shown_ = true;
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(now - started_);
    console_.err << "\r\x1b[K" << warm_bar(done, total_, taken) << std::flush;
}

}  // namespace refrain::cli
