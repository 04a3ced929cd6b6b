// A request target taken apart: path and query (RFC 3986), percent-decoding, query parameters.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrain::http {

struct Target {
    std::string path;  // percent-decoded; "//" and a trailing "/" kept as they came
    std::string_view raw_path;
    std::string_view query;  // without "?", as written
};

// Absent if the target does not begin with "/", holds a broken percent escape, or decodes to a
// control byte, or a path segment "." or "..", written plainly or escaped.
std::optional<Target> parse_target(std::string_view target);

// %XX only; "+" stays. Absent on a broken escape.
std::optional<std::string> percent_decode(std::string_view text);
std::string percent_encode(std::string_view text);  // all but unreserved characters

// One name or value of a query, decoded: "+" is a space, a broken escape stays as it came.
std::string decode_form(std::string_view text);

// Name and value pairs, decoded likewise, in order.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

}  // namespace refrain::http
