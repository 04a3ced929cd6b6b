// A command line, run inside the test: what it printed and how it ended.
#pragma once

#include "cli/console.hpp"
#include "cli/run.hpp"
#include "support/scratch_dir.hpp"

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace refrain::cli {

struct Outcome {
    int code = -1;
    std::string out;
    std::string err;
    std::optional<config::Loaded> served;  // what the gateway would have been started with
};

class CommandLine {
  public:
    std::string standard_input;
    config::Environment environment{{"HOME", "/home/ann"}};
    int served_code = 0;

    Outcome run(std::vector<std::string> arguments) const {
        std::istringstream in(standard_input);
        std::ostringstream out;
        std::ostringstream err;
        Console console{in, out, err, environment};
        Outcome outcome;
        const ServeFunction serve = [&](const config::Loaded& loaded) {
            outcome.served = loaded;
            return served_code;
        };
        outcome.code = cli::run(std::move(arguments), serve, console);
        outcome.out = out.str();
        outcome.err = err.str();
        return outcome;
    }
};

inline Outcome run(std::vector<std::string> arguments) {
    return CommandLine{}.run(std::move(arguments));
}

// Runs with `standard_input` as what "-" reads.
inline Outcome run_on(std::string standard_input, std::vector<std::string> arguments) {
    CommandLine line;
    line.standard_input = std::move(standard_input);
    return line.run(std::move(arguments));
}

// Files of one test.
class Files {
  public:
    std::string write(const std::string& name, const std::string& content) const {
        std::string path = folder_ / name;
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }
    std::string folder() const { return folder_.path().string(); }

  private:
    tests::ScratchDir folder_;
};

}  // namespace refrain::cli
