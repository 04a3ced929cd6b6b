#include "config/value.hpp"

#include "base/duration.hpp"
#include "base/text_code.hpp"

#include <utility>

namespace refrain::config {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\u00" + hex_encode({&c, 1});
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string Value::literal() const {
    switch (kind) {
        case Kind::untyped:
        case Kind::text: return quoted(text);
        case Kind::integer:
        case Kind::real:
        case Kind::boolean:
        case Kind::other: return text;
        case Kind::list: break;
    }
    std::string out = "[";
    for (const std::string& element : list) {
        if (out.size() > 1) out += ", ";
        out += quoted(element);
    }
    return out + "]";
}

Value text_value(std::string text) {
    return {Value::Kind::text, std::move(text), {}};
}

Value integer_value(unsigned long long number) {
    return {Value::Kind::integer, std::to_string(number), {}};
}

Value boolean_value(bool truth) {
    return {Value::Kind::boolean, truth ? "true" : "false", {}};
}

Value duration_value(std::chrono::milliseconds duration) {
    constexpr std::chrono::hours kDay{24};
    std::string text = format_duration(duration);
    if (text.ends_with('w')) text = std::to_string(duration / kDay) + "d";
    return text_value(std::move(text));
}

Value list_value(std::vector<std::string> list) {
    return {Value::Kind::list, {}, std::move(list)};
}

}  // namespace refrain::config
