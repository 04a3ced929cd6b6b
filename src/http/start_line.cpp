#include "http/start_line.hpp"

#include "http/characters.hpp"
#include "http/fields.hpp"

namespace refrain::http {

namespace {

constexpr std::size_t kMethodBytes = 64;
constexpr std::string_view kVersionPrefix = "HTTP/1.";
constexpr std::size_t kVersionBytes = 8;

constexpr HeadFault kNotRequest{400, "The first bytes are not an HTTP request line."};
constexpr HeadFault kTls{400, "The client began a TLS handshake on a port that speaks plain HTTP."};
constexpr HeadFault kMethodTooLong{501, "The method is longer than any method known here."};
constexpr HeadFault kTargetTooLong{414, "The request target is longer than is allowed here."};
constexpr HeadFault kBadTarget{400, "The request target is malformed."};
constexpr HeadFault kNotResponse{502, "The first bytes are not an HTTP/1 status line."};

std::optional<HeadFault> read_version(std::string_view text, int& minor_version) {
    if (text.size() == kVersionBytes && text.starts_with(kVersionPrefix) &&
        (text.back() == '0' || text.back() == '1')) {
        minor_version = text.back() - '0';
        return std::nullopt;
    }
    // RFC 9110 15.6.6: well-formed, but of another major version.
    if (text.size() == kVersionBytes && text.starts_with("HTTP/") &&
        is_in(text[5], Characters::digit) && text[5] != '1' && text[6] == '.' &&
        is_in(text[7], Characters::digit)) {
        return HeadFault{505, "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
    }
    return HeadFault{400, "The request line does not end in HTTP/1.0 or HTTP/1.1."};
}

// RFC 9112 3.2.2. The rest of the program sees the origin-form alone.
std::optional<HeadFault> reduce_absolute_form(std::string_view target, RequestHead& head) {
    const std::size_t scheme = target.find("://");
    if (scheme == target.npos || (!equal_ignoring_case(target.substr(0, scheme), "http") &&
                                  !equal_ignoring_case(target.substr(0, scheme), "https"))) {
        return kBadTarget;
    }
    const std::string_view rest = target.substr(scheme + 3);
    const std::size_t end = rest.find_first_of("/?");
    head.host = rest.substr(0, end);
    if (!is_authority(head.host)) {
        return HeadFault{400, "The host in the request target is malformed."};
    }
    if (end == rest.npos) {
        head.target = head.method == "OPTIONS" ? "*" : "/";  // RFC 9112 3.2.4
        return std::nullopt;
    }
    if (rest[end] == '?') {
        return HeadFault{400, "The request target has a query but no path."};
    }
    head.target = rest.substr(end);
    return std::nullopt;
}

std::optional<HeadFault> read_target(std::string_view target, RequestHead& head) {
    if (head.method == "CONNECT") {
        return HeadFault{501, "CONNECT is not supported: this is no tunnel."};
    }
    if (target.empty() || !all_in(target, Characters::target)) return kBadTarget;
    head.host = {};
    head.target = target;
    if (target.front() == '/') return std::nullopt;
    if (target != "*") return reduce_absolute_form(target, head);
    if (head.method == "OPTIONS") return std::nullopt;
    return HeadFault{400, "The target * is for OPTIONS only."};
}

bool is_port(std::string_view text) noexcept {
    unsigned number = 0;
    for (const char c : text) {
        if (!is_in(c, Characters::digit)) return false;
        number = number * 10 + static_cast<unsigned>(c - '0');
        if (number > 65'535) return false;
    }
    return !text.empty();
}

bool is_ip_literal(std::string_view inside) noexcept {
    for (const char c : inside) {
        if (!is_in(c, Characters::hex) && c != ':' && c != '.') return false;
    }
    return inside.find(':') != inside.npos;
}

}  // namespace

bool is_authority(std::string_view text) noexcept {
    std::size_t end = 0;  // of the host
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == text.npos || !is_ip_literal(text.substr(1, close - 1))) return false;
        end = close + 1;
    } else {
        end = span_of(text, Characters::unreserved);
        if (end == 0) return false;
    }
    return end == text.size() || (text[end] == ':' && is_port(text.substr(end + 1)));
}

std::optional<HeadFault> check_request_line_start(std::string_view start,
                                                  const HeadLimits& limits) {
    if (start.empty()) return std::nullopt;
    if (start.front() == '\x16') return kTls;
    const std::size_t method = span_of(start.substr(0, kMethodBytes + 1), Characters::token);
    if (method > kMethodBytes) return kMethodTooLong;
    if (method == start.size()) return std::nullopt;
    if (method == 0 || start[method] != ' ') return kNotRequest;
    // Even the shortest end of the line, " HTTP/1.1" and CR, cannot bring it below the limit.
    const std::size_t rest = start.size() - method - 1;
    if (rest > limits.target_bytes + kVersionBytes + 2) return kTargetTooLong;
    return std::nullopt;
}

std::optional<HeadFault> read_request_line(std::string_view line,
                                           const HeadLimits& limits,
                                           RequestHead& head) {
    if (auto fault = check_request_line_start(line, limits)) return fault;
    const std::size_t first = line.find(' ');
    const std::size_t second = first == line.npos ? first : line.find(' ', first + 1);
    if (second == line.npos) return kNotRequest;
    head.method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, second - first - 1);
    if (target.size() > limits.target_bytes) return kTargetTooLong;
    if (auto fault = read_version(line.substr(second + 1), head.minor_version)) return fault;
    return read_target(target, head);
}

std::optional<HeadFault> check_status_line_start(std::string_view start) {
    const std::size_t size = std::min(start.size(), kVersionPrefix.size());
    if (start.substr(0, size) != kVersionPrefix.substr(0, size)) return kNotResponse;
    return std::nullopt;
}

std::optional<HeadFault> read_status_line(std::string_view line, ResponseHead& head) {
    // "HTTP/1.1 200 OK". The space before an empty reason is often left out.
    constexpr std::size_t kCode = kVersionBytes + 1;
    constexpr std::size_t kReason = kCode + 4;
    if (line.size() < kCode + 3 ||
        read_version(line.substr(0, kVersionBytes), head.minor_version)) {
        return kNotResponse;
    }
    const std::string_view code = line.substr(kCode, 3);
    const bool spaced =
        line[kVersionBytes] == ' ' && (line.size() < kReason || line[kReason - 1] == ' ');
    // RFC 9110 15: a code outside 100..599 is invalid.
    if (!spaced || !all_in(code, Characters::digit) || code[0] < '1' || code[0] > '5') {
        return kNotResponse;
    }
    head.status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
    head.reason = line.size() > kReason ? line.substr(kReason) : std::string_view{};
    if (!all_in(head.reason, Characters::value)) {
        return HeadFault{502, "The status line holds a control byte."};
    }
    return std::nullopt;
}

}  // namespace refrain::http
