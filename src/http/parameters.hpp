// The parameters of a field value: what follows the media type of a Content-Type or the disposition
// of a Content-Disposition. Strict where readers differ, so that two of them never see two things.
// Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace refrain::http {

struct Parameter {
    std::string_view name;   // as written; compared without case
    std::string_view value;  // as written, without its quotes
};

// A value and its parameters: "form-data; name=file".
struct Parameters {
    std::string_view value;  // "form-data"
    std::vector<Parameter> list;

    // Absent if there is none of that name.
    std::optional<std::string_view> find(std::string_view name) const noexcept;
};

// Absent if the text is malformed, names a parameter twice, or has a backslash before a quote: some
// end the string there and others go on (RFC 9110 5.6.4, WHATWG HTML 4.10.21.7). Any other
// backslash stands for itself.
std::optional<Parameters> parse_parameters(std::string_view text);

}  // namespace refrain::http
