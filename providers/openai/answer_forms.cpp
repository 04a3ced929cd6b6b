#include "providers/openai/answer_forms.hpp"

namespace refrain::providers::openai {
namespace {

constexpr std::string_view kNoEcho = "{}";

}  // namespace

EchoForm parse_echo_form(std::string_view form) noexcept {
    const auto bar = form.find('|');
    if (bar == std::string_view::npos || bar + 1 == form.size()) {
        return {form.substr(0, bar), kNoEcho};
    }
    return {form.substr(0, bar), form.substr(bar + 1)};
}

std::string echo_form(std::string_view shape, std::string_view echo) {
    std::string form(shape);
    form += '|';
    form += echo.empty() ? kNoEcho : echo;
    return form;
}

}  // namespace refrain::providers::openai
