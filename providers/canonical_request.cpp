#include "providers/canonical_request.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace refrain::providers {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The parameters of a query by name; those of one name keep their order.
Json sorted_query(std::string_view query) {
    std::vector<std::string_view> parameters;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        if (end > 0) parameters.push_back(query.substr(0, end));
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    const auto name = [](std::string_view parameter) {
        return parameter.substr(0, parameter.find('='));
    };
    std::stable_sort(
        parameters.begin(), parameters.end(), [&](auto a, auto b) { return name(a) < name(b); });
    Json list = Json::array();
    for (const std::string_view parameter : parameters)
        list.emplace_back(parameter);
    return list;
}

Json header_list(const Request& request) {
    Json list = Json::array();
    for (const auto& [name, value] : request.keyed_headers) {
        list.push_back(Json::array({name, value}));
    }
    return list;
}

}  // namespace

bool is_json_in_utf8(std::string_view content_type) {
    const std::string lowered = lower(content_type);
    std::string_view rest = lowered;
    const std::string_view type = trimmed(rest.substr(0, rest.find(';')));
    if (type != "application/json" && !type.ends_with("+json")) return false;
    const std::size_t charset = rest.find("charset=");
    if (charset == std::string_view::npos) return true;
    std::string_view value = rest.substr(charset + 8);
    value = trimmed(value.substr(0, value.find(';')));
    return value == "utf-8" || value == "\"utf-8\"" || value == "utf8";
}

void add_query_and_headers(Json& canonical, const Request& request) {
    if (!request.keyed_headers.empty()) canonical.emplace("headers", header_list(request));
    if (!request.query.empty()) canonical.emplace("query", sorted_query(request.query));
}

}  // namespace refrain::providers
