#include "config/toml_file.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <tuple>

namespace refrain::config {

namespace {

constexpr std::size_t kMaxFileBytes = 1 << 20;

tl::unexpected<Problem> problem(std::string sentence) {
    return tl::unexpected<Problem>(Problem{"", std::move(sentence)});
}

std::string key_part(std::string_view part) {
    constexpr std::string_view kBare =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const bool bare = !part.empty() && part.find_first_not_of(kBare) == part.npos;
    return bare ? std::string(part) : quoted(part);
}

std::string as_written(const toml::node& node) {
    std::ostringstream out;
    node.visit([&out](const auto& value) { out << value; });
    std::string text = out.str();
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n'; }, ' ');
    return text;
}

Value to_value(const toml::node& node) {
    if (const auto* text = node.as_string()) return text_value(text->get());
    if (const auto* truth = node.as_boolean()) return boolean_value(truth->get());
    if (const auto* number = node.as_integer()) {
        return {Value::Kind::integer, std::to_string(number->get()), {}};
    }
    if (node.is_floating_point()) return {Value::Kind::real, as_written(node), {}};
    if (const auto* array = node.as_array()) {
        std::vector<std::string> list;
        for (const toml::node& element : *array) {
            const auto* text = element.as_string();
            if (text == nullptr) return {Value::Kind::other, as_written(node), {}};
            list.push_back(text->get());
        }
        return list_value(std::move(list));
    }
    return {Value::Kind::other, as_written(node), {}};
}

struct Flattener {
    struct Line {
        toml::source_index number;
        toml::source_index column;
    };

    void walk(const toml::table& table, const std::string& prefix) {
        for (const auto& [key, node] : table) {
            const std::string name = prefix + key_part(key.str());
            const auto at = key.source().begin;
            const std::string source = file + ":" + std::to_string(at.line);
            if (const auto* inner = node.as_table()) {
                sections.emplace_back(std::pair(at.line, at.column), Section{name, source});
                walk(*inner, name + ".");
            } else {
                assignments.emplace_back(std::pair(at.line, at.column),
                                         Assignment{name, to_value(node), source});
            }
        }
    }

    using Place = std::pair<toml::source_index, toml::source_index>;
    const std::string& file;
    std::vector<std::pair<Place, Assignment>> assignments;
    std::vector<std::pair<Place, Section>> sections;
};

// The library orders by name.
template <class T, class Place>
std::vector<T> in_order_of_the_file(std::vector<std::pair<Place, T>> items) {
    std::stable_sort(
        items.begin(), items.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<T> out;
    out.reserve(items.size());
    for (auto& [place, item] : items)
        out.push_back(std::move(item));
    return out;
}

}  // namespace

tl::expected<TomlFile, Problem> parse_toml(std::string_view text, const std::string& name) {
    try {
        const toml::table table = toml::parse(text, std::string_view(name));
        Flattener flattener{name, {}, {}};
        flattener.walk(table, "");
        return TomlFile{in_order_of_the_file(std::move(flattener.assignments)),
                        in_order_of_the_file(std::move(flattener.sections))};
    } catch (const toml::parse_error& fault) {
        const auto at = fault.source().begin;
        return problem(name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) +
                       " is not TOML: " + std::string(fault.description()) + ".");
    }
}

tl::expected<TomlFile, Problem> read_toml(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        return problem(path + " is a folder; name a TOML file.");
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) return problem(path + " cannot be read: " + std::strerror(errno) + ".");
    std::string text(kMaxFileBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) return problem(path + " cannot be read: " + std::strerror(errno) + ".");
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMaxFileBytes) {
        return problem(path + " is longer than 1 MiB; it is no configuration file.");
    }
    return parse_toml(text, path);
}

}  // namespace refrain::config
