// How many requests were answered, as a bar with rate and remaining time, in one line of the error
// stream that is written over and taken away at the end. Silent unless that is a terminal.
#pragma once

#include "cli/console.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace refrain::cli {

// "[########            ]  40/100  12.5/s  5 s left"
std::string warm_bar(std::size_t done, std::size_t total, std::chrono::milliseconds taken);

class WarmBar {
  public:
    WarmBar(Console& console, std::size_t total);
    ~WarmBar();
    WarmBar(const WarmBar&) = delete;
    WarmBar& operator=(const WarmBar&) = delete;

    void at(std::size_t done);
    // Takes the line away, so that something else can be written.
    void clear();

  private:
    using Clock = std::chrono::steady_clock;
    Console& console_;
    std::size_t total_;
    Clock::time_point started_ = Clock::now();
    Clock::time_point next_ = started_;  // when to write again
    bool shown_ = false;
};

}  // namespace refrain::cli
