// The command line: what main() hands over to. Reads the arguments, runs one command, returns the
// exit code: 0 done, 1 failed, 2 wrong usage. Main thread only.
#pragma once

#include "config/load.hpp"

#include <functional>
#include <string>
#include <vector>

namespace refrain::cli {

struct Console;

// Runs the gateway until it is told to stop; returns the exit code. The composition root brings it,
// so that no command needs to know the gateway.
using ServeFunction = std::function<int(const config::Loaded&)>;

// With this process's streams and environment.
int run(int argc, char** argv, const ServeFunction& serve);

// `arguments` without the program's own name.
int run(std::vector<std::string> arguments, const ServeFunction& serve, Console& console);

// "refrain 0.1.0"
std::string version_line();

}  // namespace refrain::cli
