#include "cli/warm_list.hpp"

#include "providers/json.hpp"

#include <algorithm>
#include <cctype>

namespace refrain::cli {

namespace {

using providers::Json;

bool is_visible(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_line(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    });
}

std::string lower(std::string text) {
    for (char& c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

// What belongs to the connection and the length of the body.
bool is_framing(std::string_view name) {
    return name == "host" || name == "connection" || name == "content-length" ||
           name == "transfer-encoding" || name == "expect" || name == "upgrade";
}

// "" if there is nothing wrong.
std::string read_headers(const Json& headers, WarmLine& line) {
    if (!headers.is_object()) return "\"headers\" is no object";
    for (const auto& [name, value] : headers.items()) {
        if (name.empty() || !is_visible(name) || name.find(':') != name.npos) {
            return "a header's name is none";
        }
        if (is_framing(lower(name))) return "the header " + name + " is not for a list to set";
        if (!value.is_string() || !is_line(value.get_ref<const std::string&>())) {
            return "the header " + name + " is no text of one line";
        }
        line.headers.emplace_back(name, value.get<std::string>());
    }
    return "";
}

bool has(const HttpHeaders& headers, std::string_view name) {
    return std::any_of(headers.begin(), headers.end(), [&](const auto& header) {
        return lower(header.first) == name;
    });
}

std::string read_object(const Json& object, WarmLine& line) {
    const auto path = object.find("path");
    if (path == object.end() || !path->is_string() ||
        !path->get_ref<const std::string&>().starts_with('/') ||
        !is_visible(path->get_ref<const std::string&>())) {
        return "\"path\" is missing, or is none such as /v1/audio/speech";
    }
    line.path = path->get<std::string>();
    const std::string_view plain = std::string_view(line.path).substr(0, line.path.find('?'));
    line.is_speech = plain.ends_with("/audio/speech") || plain.ends_with("text:synthesize");
    const auto body = object.find("body");
    if (body == object.end() || !body->is_object()) return "\"body\" is missing, or is no object";
    line.body = providers::ordered_json_text(*body);
    if (const auto headers = object.find("headers"); headers != object.end()) {
        std::string fault = read_headers(*headers, line);
        if (!fault.empty()) return fault;
    }
    if (!has(line.headers, "content-type")) {
        line.headers.emplace_back("Content-Type", "application/json");
    }
    return "";
}

std::string read_line(std::string_view text, WarmLine& line) {
    const auto object = providers::parse_json_as_written(text);
    if (!object || !object->is_object()) return "no JSON object";
    return read_object(*object, line);
}

}  // namespace

Result<std::vector<WarmLine>> read_warm_list(std::string_view text) {
    std::vector<WarmLine> lines;
    std::string faults;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (one.find_first_not_of(" \t\r") == one.npos) continue;
        WarmLine line;
        line.number = number;
        const std::string fault = read_line(one, line);
        if (!fault.empty()) {
            faults +=
                (faults.empty() ? "line " : "\nline ") + std::to_string(number) + ": " + fault;
        }
        lines.push_back(std::move(line));
    }
    if (!faults.empty()) return failure(ErrorCode::malformed, Origin::client, faults);
    return lines;
}

}  // namespace refrain::cli
