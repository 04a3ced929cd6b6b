// The first line of a message (RFC 9112 3 and 4), for the head parser. Pure; views point into the
// line, which stands without its CRLF.
#pragma once

#include "http/head.hpp"

#include <optional>
#include <string_view>

namespace refrain::http {

// Sets method, target, host (of an absolute-form target, else empty) and minor_version.
std::optional<HeadFault> read_request_line(std::string_view line,
                                           const HeadLimits& limits,
                                           RequestHead& head);
// Sets status, minor_version and reason.
std::optional<HeadFault> read_status_line(std::string_view line, ResponseHead& head);

// What can be said against a first line before its end is there.
std::optional<HeadFault> check_request_line_start(std::string_view start, const HeadLimits& limits);
std::optional<HeadFault> check_status_line_start(std::string_view start);

// host [":" port] as in a Host field or an absolute-form target. Narrower than RFC 3986 3.2: no
// user information, no percent escapes, no sub-delimiters, which no client of ours needs in a host.
bool is_authority(std::string_view text) noexcept;

}  // namespace refrain::http
