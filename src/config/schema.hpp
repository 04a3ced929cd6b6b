// The table of all settings: everything that is known about a key stands in its row. Loading,
// checking, `refrain config` and docs/configuration.md all read this table. Pure and thread-safe.
#pragma once

#include "config/config.hpp"
#include "config/value.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::config {

struct Setting {
    std::string name;  // "server.listen"
    std::string env;   // "REFRAIN_SERVER_LISTEN"
    std::string type;  // for people: "duration", "size", "memoize, observe or off"
    std::string meaning;
    std::string default_text;  // where the default is not simply a value; mostly ""
    bool may_hold_secret = false;
    // "" or why this version refuses anything but the default.
    std::string unavailable;

    // Sets the member, or leaves it alone and says what is wrong (see reading.hpp).
    std::function<std::optional<std::string>(Config&, const Value&)> set;
    std::function<Value(const Config&)> get;

    // The value with passwords masked, and the same as TOML.
    Value visible(const Config& config) const;
    std::string literal(const Config& config) const;
    // Whatever was written for this setting, fit for a message.
    std::string shown(const Value& value) const;
};

// Every setting in the order of the documentation, with the rows of each of `upstreams`.
std::vector<Setting> settings(const Upstreams& upstreams);
// The rows of one upstream. REQUIRES, when they are used: the Config has it.
std::vector<Setting> upstream_settings(const std::string& name);

// "server.listen" to "REFRAIN_SERVER_LISTEN"; hyphens become underscores too.
std::string environment_name(std::string_view key);

// All defaults, for these upstreams too.
Config defaults_for(const Upstreams& upstreams);

// Lower-case letters, digits, "-" and "_", a letter first, at most 64: it stands in paths.
bool is_upstream_name(std::string_view name) noexcept;

}  // namespace refrain::config
