// A TOML file as a flat list of dotted keys. The one place that knows the TOML library.
#pragma once

#include "config/load.hpp"
#include "config/value.hpp"

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace refrain::config {

struct Assignment {
    std::string key;  // "server.listen"; a part that is no plain word stands in quotes
    Value value;
    std::string source;  // "team.toml:12"
};

struct Section {
    std::string name;  // "cache.ttl"
    std::string source;
};

// Both in the order of the file.
struct TomlFile {
    std::vector<Assignment> assignments;
    std::vector<Section> sections;
};

// Fails on what is not TOML. `name` stands in every source.
tl::expected<TomlFile, Problem> parse_toml(std::string_view text, const std::string& name);

// The same from disk; a file over 1 MiB is refused.
tl::expected<TomlFile, Problem> read_toml(const std::string& path);

}  // namespace refrain::config
