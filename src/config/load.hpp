// From a TOML file, the environment and flags to one checked Config. Called once at start-up, again
// on SIGHUP, and by the commands that explain settings. All problems are found at once.
#pragma once

#include "config/config.hpp"

#include <tl/expected.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::config {

using Environment = std::map<std::string, std::string, std::less<>>;
Environment environment_of_process();

struct Inputs {
    std::string file;                                       // "" is no file
    Environment environment;                                // wins over the file
    std::map<std::string, std::string, std::less<>> flags;  // by dotted name; win over both
};

// A sentence a user can act on: the key, its value, and what to do.
struct Problem {
    std::string key;  // "" where no single key is meant
    std::string sentence;

    bool operator==(const Problem&) const = default;
};

struct Loaded {
    Config config;
    // Dotted name to where the value came from: "team.toml:12", "environment" or "flag". A name
    // that is not here has its default.
    std::map<std::string, std::string, std::less<>> sources;
    Inputs inputs;  // load(inputs) again is a reload

    // The value of the environment variable that a setting names, "" if unset or unnamed.
    std::string secret(std::string_view variable) const;
};

tl::expected<Loaded, std::vector<Problem>> load(Inputs inputs);

}  // namespace refrain::config
