// A file named on the command line, or standard input for "-".
#pragma once

#include "base/error.hpp"
#include "cli/console.hpp"

#include <cstdint>
#include <fstream>
#include <istream>
#include <memory>
#include <string>

namespace refrain::cli {

class Input {
  public:
    // Messages name the file: "body.json: No such file or directory".
    static Result<Input> open(const std::string& name, Console& console);

    // At most 64 KiB; empty at the end.
    Result<std::string> read_some();
    // All that is left; fails over `limit_bytes`.
    Result<std::string> read_all(std::uint64_t limit_bytes);

  private:
    Input(std::string name, std::unique_ptr<std::ifstream> file, std::istream& stream);

    std::string name_;
    std::unique_ptr<std::ifstream> file_;  // null for standard input
    std::istream* stream_;
};

}  // namespace refrain::cli
