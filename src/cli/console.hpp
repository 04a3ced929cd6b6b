// Where a command reads and writes, so that tests can look.
#pragma once

#include "config/load.hpp"

#include <istream>
#include <ostream>
#include <string>
#include <string_view>

namespace refrain::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;

struct Console {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    config::Environment environment;
    bool err_is_terminal = false;
    bool out_is_terminal = false;

    // One message on the error stream: "refrain: ...".
    void complain(std::string_view message);
};

}  // namespace refrain::cli
