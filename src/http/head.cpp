#include "http/head.hpp"

#include "http/characters.hpp"
#include "http/start_line.hpp"
#include "http/writer.hpp"

#include <algorithm>
#include <functional>
#include <type_traits>

namespace refrain::http {

namespace {

// What the fields ask of the connection.
struct Wishes {
    bool close = false;
    bool keep_alive = false;
    bool upgrade = false;    // the option of Connection
    bool protocols = false;  // the Upgrade field
    bool continuation = false;
};

// In one pass: this is on the way of every message.
Wishes wishes_of(const Fields& fields) noexcept {
    Wishes wishes;
    for (const auto& [name, value] : fields) {
        if (name.size() == 10 && equal_ignoring_case(name, "Connection")) {
            wishes.close |= list_has_token(value, "close");
            wishes.keep_alive |= list_has_token(value, "keep-alive");
            wishes.upgrade |= list_has_token(value, "upgrade");
        } else if (name.size() == 7 && equal_ignoring_case(name, "Upgrade")) {
            wishes.protocols = true;
        } else if (name.size() == 6 && equal_ignoring_case(name, "Expect")) {
            wishes.continuation |= list_has_token(value, "100-continue");
        }
    }
    return wishes;
}

// RFC 9112 9.3.
bool persists(const Wishes& wishes, int minor_version) noexcept {
    return !wishes.close && (minor_version == 1 || wishes.keep_alive);
}

// Digits only, below 2^63 so that every peer reads the same number.
std::optional<std::uint64_t> parse_length(std::string_view text) noexcept {
    constexpr std::uint64_t kLimit = INT64_MAX;
    if (text.empty()) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : text) {
        if (!is_in(c, Characters::digit)) return std::nullopt;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (number > (kLimit - digit) / 10) return std::nullopt;
        number = number * 10 + digit;
    }
    return number;
}

}  // namespace

void RequestHead::move_views(const char* from, const char* to) {
    const auto move = [&](std::string_view& view) {
        const std::less<const char*> before;
        // One that is static, or empty, stays what it is.
        if (before(view.data(), from) || !before(view.data(), from + size_bytes)) return;
        view = {to + (view.data() - from), view.size()};
    };
    move(method);
    move(target);
    move(host);
    fields.for_each([&](Field& field) {
        move(field.name);
        move(field.value);
    });
}

HeadStatus HeadParser::parse_request(std::string_view bytes, RequestHead& head) {
    return walk(bytes, head);
}

HeadStatus HeadParser::parse_response(std::string_view bytes, bool to_head, ResponseHead& head) {
    to_head_ = to_head;
    const HeadStatus status = walk(bytes, head);
    if (status == HeadStatus::invalid) fault_.status = 502;
    return status;
}

void HeadParser::reset() noexcept {
    scanned_ = 0;
    searched_ = 0;
    lines_ = 0;
    framing_ = {};
    refused_ = false;
}

// Checks every whole line once, as soon as it is there. The bytes may have moved since the last
// call, so a head that came in pieces is read a second time, in one go, when its end is there.
template <class Head>
HeadStatus HeadParser::walk(std::string_view bytes, Head& head) {
    constexpr bool kRequest = std::is_same_v<Head, RequestHead>;
    if (refused_) return HeadStatus::invalid;
    bool whole = scanned_ == 0;
    if (whole) head.fields.clear();
    for (;;) {
        const std::size_t end = bytes.find('\n', std::max(scanned_, searched_));
        if (end == bytes.npos) {
            searched_ = bytes.size();
            return check_rest(bytes.substr(std::min(scanned_, bytes.size())), kRequest);
        }
        if (lines_ > 0 && end >= limits_.head_bytes) {
            refuse(431, "The header fields are larger than is allowed here.");
            return HeadStatus::invalid;
        }
        std::string_view line = bytes.substr(scanned_, end - scanned_);
        if (line.empty() || line.back() != '\r') {
            refuse(400, "A line ends in LF without CR.");
            return HeadStatus::invalid;
        }
        line.remove_suffix(1);
        const bool skipped = kRequest && line.empty() && end == 1;  // RFC 9112 2.2
        const bool last = line.empty() && lines_ > 0;
        if (!skipped && !last && !read_line(line, head)) return HeadStatus::invalid;
        scanned_ = end + 1;
        if (skipped || !last) continue;
        if (whole) {
            head.size_bytes = scanned_;
            const bool sound = finish(head);
            if (sound) reset();
            return sound ? HeadStatus::complete : HeadStatus::invalid;
        }
        reset();
        head.fields.clear();
        whole = true;
    }
}

// No further line end was found: what can be said already?
HeadStatus HeadParser::check_rest(std::string_view rest, bool request) {
    if (lines_ == 0) {
        const bool empty_line = request && scanned_ == 0 && rest == "\r";
        const auto fault = empty_line ? std::nullopt
                           : request  ? check_request_line_start(rest, limits_)
                                      : check_status_line_start(rest);
        if (fault) {
            refuse(*fault);
            return HeadStatus::invalid;
        }
    }
    if (searched_ >= limits_.head_bytes) {
        refuse(431, "The header fields are larger than is allowed here.");
        return HeadStatus::invalid;
    }
    return HeadStatus::incomplete;
}

template <class Head>
bool HeadParser::read_line(std::string_view line, Head& head) {
    if (lines_ > 0) {
        if (lines_ > limits_.field_lines) {
            return refuse(431, "There are more header fields than are allowed here.");
        }
        ++lines_;
        if (!read_field(line, head.minor_version, head.fields)) return false;
        if constexpr (std::is_same_v<Head, RequestHead>) {
            const Field& field = *(head.fields.end() - 1);
            // An absolute-form target has named the host already, and wins (RFC 9112 3.2.2).
            if (field.name.size() == 4 && equal_ignoring_case(field.name, "Host")) {
                if (!note_host(field.value)) return false;
                if (head.host.empty()) head.host = field.value;
            }
        }
        return true;
    }
    ++lines_;
    std::optional<HeadFault> fault;
    if constexpr (std::is_same_v<Head, RequestHead>) {
        fault = read_request_line(line, limits_, head);
    } else {
        fault = read_status_line(line, head);
    }
    return !fault || refuse(*fault);
}

bool HeadParser::read_field(std::string_view line, int minor_version, Fields& fields) {
    const std::size_t name = span_of(line, Characters::token);
    if (name == 0 || name == line.size() || line[name] != ':') {
        if (line.front() == ' ' || line.front() == '\t') {
            return refuse(400, "A header line begins with white space: folding is not allowed.");
        }
        return refuse(400, "A header line does not begin with a name and a colon.");
    }
    const Field field{line.substr(0, name), trim(line.substr(name + 1))};
    if (!is_field_value(field.value)) return refuse(400, "A header value holds a control byte.");
    fields.add(field.name, field.value);
    return note_field(field, minor_version);
}

bool HeadParser::note_field(const Field& field, int minor_version) {
    constexpr std::string_view kContentLength = "Content-Length";
    constexpr std::string_view kTransferEncoding = "Transfer-Encoding";
    if (field.name.size() == kContentLength.size() &&
        equal_ignoring_case(field.name, kContentLength)) {
        return note_content_length(field.value);
    }
    if (field.name.size() == kTransferEncoding.size() &&
        equal_ignoring_case(field.name, kTransferEncoding)) {
        return note_transfer_encoding(field.value, minor_version);
    }
    return true;
}

bool HeadParser::note_content_length(std::string_view value) {
    if (framing_.content_length) return refuse(400, "Content-Length is given twice.");
    if (framing_.chunked)
        return refuse(400, "Content-Length and Transfer-Encoding exclude each other.");
    framing_.content_length = parse_length(value);
    if (!framing_.content_length) return refuse(400, "Content-Length is not a number of bytes.");
    return true;
}

bool HeadParser::note_transfer_encoding(std::string_view value, int minor_version) {
    if (framing_.chunked) return refuse(400, "Transfer-Encoding is given twice.");
    if (framing_.content_length) {
        return refuse(400, "Content-Length and Transfer-Encoding exclude each other.");
    }
    // RFC 9112 6.1: faulty framing, whatever the coding is.
    if (minor_version == 0) return refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
    if (!equal_ignoring_case(value, "chunked")) {
        return refuse(is_token(value) ? 501 : 400,
                      "The only Transfer-Encoding known here is chunked.");
    }
    framing_.chunked = true;
    return true;
}

bool HeadParser::note_host(std::string_view value) {
    if (framing_.has_host) return refuse(400, "Host is given twice.");
    framing_.has_host = true;
    return is_authority(value) || refuse(400, "The Host header is malformed.");
}

bool HeadParser::finish(RequestHead& head) {
    // RFC 9112 3.2.
    if (!framing_.has_host && head.minor_version == 1) {
        return refuse(400, "The Host header is missing.");
    }
    head.content_length = framing_.content_length;
    head.chunked = framing_.chunked;
    const Wishes wishes = wishes_of(head.fields);
    head.keep_alive = persists(wishes, head.minor_version);
    // RFC 9110 7.8 and 10.1.1: both are to be ignored in HTTP/1.0.
    head.wants_upgrade = wishes.upgrade && wishes.protocols && head.minor_version == 1;
    head.expects_continue = wishes.continuation && head.minor_version == 1;
    return true;
}

// RFC 9112 6.3.
bool HeadParser::finish(ResponseHead& head) {
    using Body = ResponseHead::Body;
    const bool bodyless = head.status < 200 || head.status == 204;
    head.keep_alive = persists(wishes_of(head.fields), head.minor_version);
    head.content_length = 0;
    if (bodyless || head.status == 304 || to_head_) {
        head.body = Body::none;
        // Such a server may send the body it must not: those bytes are not the next answer.
        if (bodyless && (framing_.chunked || framing_.content_length.value_or(0) > 0)) {
            head.keep_alive = false;
        }
    } else if (framing_.chunked) {
        head.body = Body::chunked;
    } else if (framing_.content_length) {
        head.body = Body::length;
        head.content_length = *framing_.content_length;
    } else {
        head.body = Body::until_close;
        head.keep_alive = false;
    }
    return true;
}

bool HeadParser::refuse(int status, std::string_view sentence) noexcept {
    return refuse(HeadFault{status, sentence});
}

bool HeadParser::refuse(const HeadFault& fault) noexcept {
    fault_ = fault;
    refused_ = true;
    return false;
}

}  // namespace refrain::http
