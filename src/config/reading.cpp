#include "config/reading.hpp"

#include "base/duration.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace refrain::config {

namespace {

using std::chrono::milliseconds;
using Kind = Value::Kind;

tl::unexpected<std::string> complaint(std::string text) {
    return tl::unexpected<std::string>(std::move(text));
}

bool is_text(const Value& value) {
    return value.kind == Kind::text || value.kind == Kind::untyped;
}

bool has_control_characters(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::optional<std::uint64_t> parse_integer(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, number);
    if (fault != std::errc{} || rest != end) return std::nullopt;
    return number;
}

}  // namespace

Reading<std::string> read_text(const Value& value) {
    if (!is_text(value)) return complaint("is not text; put it in quotes");
    if (has_control_characters(value.text)) {
        return complaint("holds a control character; write plain text");
    }
    return value.text;
}

Reading<std::uint64_t> read_integer(const Value& value, const IntegerRange& range) {
    if (value.kind == Kind::text) {
        return complaint("is text; write a whole number without quotes");
    }
    const auto number = parse_integer(value.text);
    const bool whole = value.kind == Kind::integer || value.kind == Kind::untyped;
    if (!whole || !number || *number < range.min || *number > range.max) {
        return complaint("is not possible; write a whole number from " + std::to_string(range.min) +
                         " to " + std::to_string(range.max));
    }
    return *number;
}

Reading<bool> read_boolean(const Value& value) {
    if (value.kind == Kind::boolean || value.kind == Kind::untyped) {
        if (value.text == "true") return true;
        if (value.text == "false") return false;
    }
    return complaint("is neither true nor false; write one of these, without quotes");
}

Reading<milliseconds> read_duration(const Value& value, const DurationRange& range) {
    const bool possible = is_text(value) || value.kind == Kind::integer;
    const auto duration = possible ? parse_duration(value.text) : std::nullopt;
    if (!duration) {
        return complaint(
            "is not a duration; write one such as \"500ms\", \"30s\", \"10m\", "
            "\"24h\" or \"7d\"");
    }
    if (*duration < range.min || *duration > range.max) {
        return complaint("is out of range; write a duration from " + format_duration(range.min) +
                         " to " + format_duration(range.max));
    }
    return *duration;
}

Reading<std::uint64_t> read_bytes(const Value& value, std::uint64_t min) {
    const bool possible = is_text(value) || value.kind == Kind::integer;
    const auto bytes = possible ? parse_bytes(value.text) : std::nullopt;
    if (!bytes) {
        return complaint("is not a size; write one such as \"64KiB\", \"512MiB\" or \"10GiB\"");
    }
    if (*bytes < min) return complaint("is too small; write at least " + format_bytes(min));
    return *bytes;
}

Reading<std::vector<std::string>> read_list(const Value& value) {
    std::vector<std::string> list = value.list;
    if (value.kind == Kind::untyped) {
        std::string_view rest = value.text;
        while (!rest.empty()) {
            const auto comma = std::min(rest.find(','), rest.size());
            list.emplace_back(trimmed(rest.substr(0, comma)));
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    } else if (value.kind != Kind::list) {
        return complaint("is not a list of texts; write one such as [\"first\", \"second\"]");
    }
    const bool sound = std::none_of(list.begin(), list.end(), [](const std::string& element) {
        return element.empty() || has_control_characters(element);
    });
    if (!sound) return complaint("has an empty or unprintable element; leave it out");
    return list;
}

Reading<std::string> read_variable(const Value& value) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    const std::string& text = value.text;
    const bool starts_with_digit = !text.empty() && text[0] >= '0' && text[0] <= '9';
    if (!is_text(value) || starts_with_digit || text.find_first_not_of(kLetters) != text.npos) {
        return complaint(
            "is not the name of an environment variable; put the secret into a "
            "variable and write its name here, such as \"OPENAI_API_KEY\"");
    }
    return text;
}

Reading<std::string> read_url(const Value& value, const UrlRule& rule) {
    if (!is_text(value)) return complaint("is not text; put it in quotes");
    if (value.text.empty()) return std::string();
    const auto url = parse_url(value.text);
    if (!url) return complaint(url.error());
    const auto& schemes = rule.schemes;
    if (std::find(schemes.begin(), schemes.end(), url->scheme) == schemes.end()) {
        return complaint("has the wrong scheme; begin it with " + schemes[0] + ":// or " +
                         schemes[1] + "://");
    }
    if (url->has_user_info && !rule.user_info) {
        return complaint("holds credentials; leave out all up to \"@\"");
    }
    const auto last = value.text.find_last_not_of('/');
    if (!rule.path && url->path.find_first_not_of('/') != url->path.npos) {
        return complaint("has a path; write only scheme://host[:port]");
    }
    return value.text.substr(0, last + 1);
}

Reading<HostAndPort> read_listen(const Value& value) {
    return parse_listen(is_text(value) ? value.text : std::string_view());
}

}  // namespace refrain::config
