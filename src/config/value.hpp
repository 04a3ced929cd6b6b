// One value as it was written in the file, the environment or a flag, before its setting gives it a
// meaning. Pure and thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::config {

struct Value {
    enum class Kind {
        untyped,  // from the environment or a flag, where everything is text
        text,
        integer,
        real,
        boolean,
        list,   // of text
        other,  // a date, a table, a list of something else
    };

    Kind kind = Kind::untyped;
    std::string text;               // as written, but without the quotes of a text
    std::vector<std::string> list;  // of a list

    bool operator==(const Value&) const = default;

    // As TOML writes it: "text" with quotes and escapes, 4, true, ["a", "b"].
    std::string literal() const;
};

Value text_value(std::string text);
Value integer_value(unsigned long long number);
Value boolean_value(bool truth);
// In days where format_duration() would say weeks.
Value duration_value(std::chrono::milliseconds duration);
Value list_value(std::vector<std::string> list);

// A TOML basic string, quotes included.
std::string quoted(std::string_view text);

}  // namespace refrain::config
