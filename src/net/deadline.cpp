#include "net/deadline.hpp"

#include <utility>

namespace refrain::net {

namespace {

constexpr std::chrono::milliseconds kSweepInterval{50};
// A sweep may come that much late: beyond it, the loop was stalled.
constexpr std::chrono::milliseconds kLateness{10};

}  // namespace

Deadline::Deadline(Deadlines& sweep, std::function<void()> on_expired)
    : sweep_(sweep), on_expired_(std::move(on_expired)) {
    sweep_.members_.push_back(*this);
}

void Deadline::set(std::chrono::milliseconds from_now) noexcept {
    // The last sweep was that long ago at most, or the next one makes up for it: see forgive().
    at_ = sweep_.now_ + kSweepInterval + kLateness + from_now;
}

Deadlines::Deadlines(boost::asio::io_context& context) : timer_(context) {}

void Deadlines::start() {
    now_ = std::chrono::steady_clock::now();
    arm();
}

void Deadlines::stop() {
    timer_.cancel();
}

void Deadlines::arm() {
    timer_.expires_after(kSweepInterval);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        sweep();
        arm();
    });
}

// Whoever was armed, before the stall or in it, gets as much time again.
void Deadlines::forgive(std::chrono::steady_clock::duration stall) noexcept {
    for (Deadline& deadline : members_) {
        if (deadline.at_ != std::chrono::steady_clock::time_point::max()) deadline.at_ += stall;
    }
}

void Deadlines::sweep() {
    const auto before = std::exchange(now_, std::chrono::steady_clock::now());
    const auto stall = now_ - before - kSweepInterval - kLateness;
    if (stall.count() > 0) forgive(stall);
    // A callback may destroy any member, so those expired move to a list of their own first, from
    // which a destroyed one unlinks itself.
    Members expired;
    for (auto it = members_.begin(); it != members_.end();) {
        Deadline& deadline = *it++;
        if (deadline.at_ > now_) continue;
        members_.erase(members_.iterator_to(deadline));
        expired.push_back(deadline);
    }
    while (!expired.empty()) {
        Deadline& deadline = expired.front();
        expired.pop_front();
        members_.push_back(deadline);
        deadline.clear();
        const auto on_expired = deadline.on_expired_;  // may outlive the Deadline
        on_expired();
    }
}

}  // namespace refrain::net
