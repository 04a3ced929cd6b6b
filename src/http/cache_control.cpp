#include "http/cache_control.hpp"

#include "http/characters.hpp"
#include "http/fields.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace refrain::http {

namespace {

using std::chrono::seconds;

// RFC 9111 1.2.2: a larger number means this one.
constexpr std::int64_t kMaxDelta = std::int64_t{1} << 31;

struct Directive {
    std::string_view name;
    std::optional<std::string_view> argument;  // without quotes, escapes as written
};

// The length of the member at the front of a list: up to the first comma outside quotes.
std::size_t member_size(std::string_view list) noexcept {
    bool quoted = false;
    for (std::size_t at = 0; at < list.size(); ++at) {
        if (list[at] == '"') quoted = !quoted;
        if (list[at] == '\\' && quoted) ++at;
        if (at < list.size() && list[at] == ',' && !quoted) return at;
    }
    return list.size();
}

Directive read_directive(std::string_view member) noexcept {
    const std::size_t equals = member.find('=');
    if (equals == member.npos) return {trim(member), std::nullopt};
    std::string_view argument = trim(member.substr(equals + 1));
    // RFC 9111 5.2: recipients take the quoted form too.
    if (argument.size() >= 2 && argument.front() == '"' && argument.back() == '"') {
        argument = argument.substr(1, argument.size() - 2);
    }
    return {trim(member.substr(0, equals)), argument};
}

std::optional<seconds> read_seconds(const std::optional<std::string_view>& text) noexcept {
    if (!text || text->empty() || !all_in(*text, Characters::digit)) return std::nullopt;
    std::int64_t number = 0;
    for (const char c : *text)
        number = std::min(number * 10 + (c - '0'), kMaxDelta);
    return seconds(number);
}

void keep_smaller(std::optional<seconds>& kept, std::optional<seconds> given) noexcept {
    if (given) kept = std::min(kept.value_or(*given), *given);
}

}  // namespace

void CacheControl::read(std::string_view value) {
    while (!value.empty()) {
        const std::size_t size = member_size(value);
        const Directive directive = read_directive(value.substr(0, size));
        value.remove_prefix(std::min(size + 1, value.size()));
        const auto is = [&directive](std::string_view name) {
            return equal_ignoring_case(directive.name, name);
        };
        if (is("no-store")) {
            no_store = true;
        } else if (is("no-cache")) {
            no_cache = true;
        } else if (is("only-if-cached")) {
            only_if_cached = true;
        } else if (is("max-age")) {
            keep_smaller(max_age, read_seconds(directive.argument));
        } else if (is("stale-if-error")) {
            keep_smaller(stale_if_error, read_seconds(directive.argument));
        } else if (is("min-fresh")) {
            const auto given = read_seconds(directive.argument);
            if (given) min_fresh = std::max(min_fresh.value_or(*given), *given);
        } else if (is("max-stale")) {
            const auto given = read_seconds(directive.argument);
            if (given || !directive.argument) accepts_stale = true;
            keep_smaller(max_stale, given);
        }
    }
}

}  // namespace refrain::http
