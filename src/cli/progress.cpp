#include "cli/progress.hpp"

#include "cli/printable.hpp"

#include <utility>

namespace refrain::cli {

namespace {

constexpr std::uint64_t kStep = 32 << 20;

}  // namespace

Progress::Progress(Console& console, std::string name, std::uint64_t total_bytes)
    : console_(console), name_(std::move(name)), total_bytes_(total_bytes), next_bytes_(kStep) {}

Progress::~Progress() {
    if (shown_) console_.err << "\r\x1b[K" << std::flush;
}

void Progress::at(std::uint64_t bytes) {
    if (!console_.err_is_terminal || bytes < next_bytes_) return;
    next_bytes_ = bytes + kStep;
    shown_ = true;
    console_.err << "\r\x1b[K" << printable(name_) << ": " << (bytes >> 20) << " MiB";
    if (total_bytes_ > 0) {
        console_.err << " of " << (total_bytes_ >> 20) << ", " << bytes * 100 / total_bytes_
                     << " %";
    }
    console_.err << std::flush;
}

}  // namespace refrain::cli
