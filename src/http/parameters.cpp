#include "http/parameters.hpp"

#include "http/characters.hpp"
#include "http/fields.hpp"

namespace refrain::http {

namespace {

// Takes the value at the front, a token or a quoted string. Absent if it is neither.
std::optional<std::string_view> take_value(std::string_view& text) {
    if (!text.starts_with('"')) {
        const std::size_t length = span_of(text, Characters::token);
        if (length == 0) return std::nullopt;
        const std::string_view value = text.substr(0, length);
        text.remove_prefix(length);
        return value;
    }
    text.remove_prefix(1);
    const std::size_t end = text.find('"');
    if (end == text.npos) return std::nullopt;
    const std::string_view value = text.substr(0, end);
    if (value.ends_with('\\') || !all_in(value, Characters::value)) return std::nullopt;
    text.remove_prefix(end + 1);
    return value;
}

std::optional<Parameter> take_parameter(std::string_view& text) {
    const std::size_t length = span_of(text, Characters::token);
    if (length == 0 || !text.substr(length).starts_with('=')) return std::nullopt;
    Parameter parameter;
    parameter.name = text.substr(0, length);
    text.remove_prefix(length + 1);
    const auto value = take_value(text);
    if (!value) return std::nullopt;
    parameter.value = *value;
    return parameter;
}

}  // namespace

std::optional<std::string_view> Parameters::find(std::string_view name) const noexcept {
    for (const Parameter& parameter : list) {
        if (equal_ignoring_case(parameter.name, name)) return parameter.value;
    }
    return std::nullopt;
}

std::optional<Parameters> parse_parameters(std::string_view text) {
    Parameters parameters;
    const std::size_t end = std::min(text.find(';'), text.size());
    parameters.value = trim(text.substr(0, end));
    text.remove_prefix(end);
    while (!text.empty()) {
        text = trim(text.substr(1));  // the semicolon
        const auto parameter = take_parameter(text);
        if (!parameter || parameters.find(parameter->name)) return std::nullopt;
        parameters.list.push_back(*parameter);
        text = trim(text);
        if (!text.empty() && text.front() != ';') return std::nullopt;
    }
    return parameters;
}

}  // namespace refrain::http
