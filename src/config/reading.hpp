// From a Value to what a setting holds, one reader per type. A complaint continues the sentence
// "KEY = VALUE (SOURCE) ..." and says what to write instead. Pure and thread-safe.
#pragma once

#include "config/url.hpp"
#include "config/value.hpp"
#include "config/words.hpp"

#include <tl/expected.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace refrain::config {

template <class T>
using Reading = tl::expected<T, std::string>;

struct IntegerRange {
    std::uint64_t min = 0;
    std::uint64_t max = std::numeric_limits<std::uint32_t>::max();
};

struct DurationRange {
    std::chrono::milliseconds min{0};
    std::chrono::milliseconds max{0};
};

struct UrlRule {
    std::vector<std::string> schemes;
    bool user_info = false;
    bool path = true;
};

Reading<std::string> read_text(const Value& value);
Reading<std::uint64_t> read_integer(const Value& value, const IntegerRange& range);
Reading<bool> read_boolean(const Value& value);
Reading<std::chrono::milliseconds> read_duration(const Value& value, const DurationRange& range);
Reading<std::uint64_t> read_bytes(const Value& value, std::uint64_t min);
// Commas separate the elements where everything is text.
Reading<std::vector<std::string>> read_list(const Value& value);
// The name of an environment variable, or "". Catches a key pasted in its place.
Reading<std::string> read_variable(const Value& value);
// Without a slash at its end. "" is read as "".
Reading<std::string> read_url(const Value& value, const UrlRule& rule);
Reading<HostAndPort> read_listen(const Value& value);

template <class Enum, std::size_t N>
Reading<Enum> read_word(const Value& value, const std::array<Word<Enum>, N>& words) {
    if (value.kind == Value::Kind::text || value.kind == Value::Kind::untyped) {
        if (const auto found = find_word(words, value.text)) return *found;
    }
    return tl::unexpected<std::string>("is not one of the choices; write " + listed(words));
}

}  // namespace refrain::config
