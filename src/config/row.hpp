// How the rows of schema.cpp are written: a member of Config, a type, a meaning. Private to the
// schema.
#pragma once

#include "config/reading.hpp"
#include "config/schema.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace refrain::config::row {

// The way from a Config to one of its members: at(&Config::server, &Server::threads).
template <class... Members>
auto at(Members... members) {
    return [=](auto& config) -> auto& {
        return (config.*....*members);
    };
}

// The same for a member of one upstream.
template <class Member>
auto of(std::string upstream, Member member) {
    return [ upstream = std::move(upstream), member ](auto& config) -> auto& {
        return config.upstreams.at(upstream).*member;
    };
}

struct Text {
    std::string name;
    std::string meaning;
};

// `read` makes what the member holds of a Value, `write` the other way round.
template <class Access, class Read, class Write>
Setting make(Text text, std::string type, Access access, Read read, Write write) {
    Setting row;
    row.env = environment_name(text.name);
    row.name = std::move(text.name);
    row.meaning = std::move(text.meaning);
    row.type = std::move(type);
    row.set = [access, read](Config& config, const Value& value) -> std::optional<std::string> {
        auto reading = read(value);
        if (!reading) return std::move(reading.error());
        auto& member = access(config);
        member = static_cast<std::remove_reference_t<decltype(member)>>(std::move(*reading));
        return std::nullopt;
    };
    row.get = [access, write](const Config& config) { return write(access(config)); };
    return row;
}

template <class Access>
Setting text(Text words, Access access) {
    return make(std::move(words), "text", access, read_text, text_value);
}

template <class Access>
Setting path(Text words, Access access) {
    return make(std::move(words), "path", access, read_text, text_value);
}

template <class Access>
Setting integer(Text words, Access access, IntegerRange range = {}) {
    return make(
        std::move(words),
        "whole number",
        access,
        [range](const Value& value) { return read_integer(value, range); },
        integer_value);
}

template <class Access>
Setting boolean(Text words, Access access) {
    return make(std::move(words), "true or false", access, read_boolean, boolean_value);
}

template <class Access>
Setting duration(Text words, Access access, DurationRange range) {
    return make(
        std::move(words),
        "duration",
        access,
        [range](const Value& value) { return read_duration(value, range); },
        duration_value);
}

template <class Access>
Setting bytes(Text words, Access access, std::uint64_t min) {
    return make(
        std::move(words),
        "size",
        access,
        [min](const Value& value) { return read_bytes(value, min); },
        [](std::uint64_t value) { return text_value(format_bytes(value)); });
}

template <class Access, class Enum, std::size_t N>
Setting word(Text words, Access access, const std::array<Word<Enum>, N>& choices) {
    return make(
        std::move(words),
        listed(choices),
        access,
        [&choices](const Value& value) { return read_word(value, choices); },
        [&choices](Enum value) { return text_value(std::string(word_of(choices, value))); });
}

template <class Access>
Setting list(Text words, Access access) {
    return make(std::move(words), "list of texts", access, read_list, list_value);
}

template <class Access>
Setting variable(Text words, Access access) {
    Setting row = make(
        std::move(words), "name of an environment variable", access, read_variable, text_value);
    row.may_hold_secret = true;
    return row;
}

template <class Access>
Setting url(Text words, Access access, const UrlRule& rule) {
    Setting row = make(
        std::move(words),
        "URL",
        access,
        [rule](const Value& value) { return read_url(value, rule); },
        text_value);
    row.may_hold_secret = true;
    return row;
}

inline Setting unavailable(Setting row, std::string why) {
    row.unavailable = std::move(why);
    return row;
}

}  // namespace refrain::config::row
