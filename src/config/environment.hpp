// Settings in the environment: REFRAIN_SERVER_LISTEN for server.listen. Pure and thread-safe.
#pragma once

#include "config/load.hpp"
#include "config/schema.hpp"
#include "config/toml_file.hpp"

#include <string>
#include <vector>

namespace refrain::config {

// Adds the upstreams that the environment alone names: REFRAIN_UPSTREAMS_LLAMA_BASE_URL is
// upstreams.llama.base_url.
void add_upstreams_of(const Environment& environment, Upstreams& upstreams);

struct FromEnvironment {
    std::vector<Assignment> assignments;  // an empty variable is as good as none
    std::vector<Problem> problems;        // REFRAIN_ variables that look like settings and are none
};

FromEnvironment read_environment(const Environment& environment, const std::vector<Setting>& rows);

}  // namespace refrain::config
