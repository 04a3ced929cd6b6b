#include "http/fields.hpp"

#include "http/characters.hpp"

#include <array>

namespace refrain::http {

namespace {

// RFC 9110 7.6.1, and the older names still seen.
constexpr std::array<std::string_view, 6> kConnectionFields{
    "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"};

// Most names differ in size already: those cost no call.
bool is_named(const Field& field, std::string_view name) noexcept {
    return field.name.size() == name.size() && equal_ignoring_case(field.name, name);
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i] && to_lower(a[i]) != to_lower(b[i])) return false;
    }
    return true;
}

bool list_has_token(std::string_view list, std::string_view token) noexcept {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        if (equal_ignoring_case(trim(list.substr(0, comma)), token)) return true;
        if (comma == list.npos) break;
        list.remove_prefix(comma + 1);
    }
    return false;
}

std::optional<std::string_view> Fields::find(std::string_view name) const noexcept {
    for (const Field& field : list_) {
        if (is_named(field, name)) return field.value;
    }
    return std::nullopt;
}

std::size_t Fields::count(std::string_view name) const noexcept {
    std::size_t lines = 0;
    for (const Field& field : list_) {
        if (is_named(field, name)) ++lines;
    }
    return lines;
}

bool Fields::has_token(std::string_view name, std::string_view token) const noexcept {
    for (const Field& field : list_) {
        if (is_named(field, name) && list_has_token(field.value, token)) return true;
    }
    return false;
}

bool is_hop_by_hop(const Fields& fields, std::string_view name) noexcept {
    constexpr std::string_view kProxy = "proxy-";
    const char first = name.empty() ? '\0' : to_lower(name.front());
    if (first == 'p' && equal_ignoring_case(name.substr(0, kProxy.size()), kProxy)) return true;
    for (const std::string_view known : kConnectionFields) {
        if (first == known.front() && equal_ignoring_case(name, known)) return true;
    }
    return fields.has_token("Connection", name);
}

}  // namespace refrain::http
