// How far a long input has been read, in one line of the error stream that is written over and
// taken away at the end. Silent unless that is a terminal, and for short inputs.
#pragma once

#include "cli/console.hpp"

#include <cstdint>
#include <string>

namespace refrain::cli {

class Progress {
  public:
    // `total_bytes` is 0 where it is not known.
    Progress(Console& console, std::string name, std::uint64_t total_bytes);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void at(std::uint64_t bytes);

  private:
    Console& console_;
    std::string name_;
    std::uint64_t total_bytes_;
    std::uint64_t next_bytes_;  // when to say something again
    bool shown_ = false;
};

}  // namespace refrain::cli
