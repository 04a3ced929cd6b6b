#include "providers/google/proto_values.hpp"

#include "base/text_code.hpp"

#include <algorithm>

namespace refrain::providers::google {

namespace {

// A string that is written like a JSON number, as that number.
void fold_text_to_number(Json& value, bool only_integers) {
    if (!value.is_string()) return;
    const auto& text = value.get_ref<const std::string&>();
    if (text.empty() || text.find_first_not_of("-+.eE0123456789") != std::string::npos) return;
    if (only_integers && text.find_first_of(".eE") != std::string::npos) return;
    auto number = parse_json(text);
    if (number) value = std::move(*number);
}

}  // namespace

void fold_number(Json& value) {
    fold_text_to_number(value, false);
}

void fold_integer(Json& value) {
    fold_text_to_number(value, true);
}

void fold_enumerator(Json& value, Enumeration values) {
    if (value.is_string()) return;
    const auto number = number_value(value);
    if (!number) return;
    const auto known = std::find_if(
        values.begin(), values.end(), [&](const EnumValue& one) { return one.number == *number; });
    if (known != values.end()) value = known->name;
}

void fold_duration(Json& value) {
    if (!value.is_string()) return;
    auto& text = value.get_ref<std::string&>();
    if (!text.ends_with('s') || text.find('.') == std::string::npos) return;
    text.pop_back();
    while (text.ends_with('0'))
        text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    text.push_back('s');
}

std::optional<std::string> flexible_base64(std::string_view text) {
    while (text.ends_with('='))
        text.remove_suffix(1);
    std::string standard(text);
    std::replace(standard.begin(), standard.end(), '-', '+');
    std::replace(standard.begin(), standard.end(), '_', '/');
    standard.append((4 - standard.size() % 4) % 4, '=');
    return base64_decode(standard);
}

}  // namespace refrain::providers::google
