#include "http/writer.hpp"

#include "http/characters.hpp"

#include <charconv>

namespace refrain::http {

std::string_view reason_phrase(int status) noexcept {
    switch (status) {
        case 100: return "Continue";
        case 101: return "Switching Protocols";
        case 103: return "Early Hints";
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 203: return "Non-Authoritative Information";
        case 204: return "No Content";
        case 205: return "Reset Content";
        case 206: return "Partial Content";
        case 300: return "Multiple Choices";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 402: return "Payment Required";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 407: return "Proxy Authentication Required";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 411: return "Length Required";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 416: return "Range Not Satisfiable";
        case 417: return "Expectation Failed";
        case 421: return "Misdirected Request";
        case 422: return "Unprocessable Content";
        case 423: return "Locked";
        case 424: return "Failed Dependency";
        case 425: return "Too Early";
        case 426: return "Upgrade Required";
        case 428: return "Precondition Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 451: return "Unavailable For Legal Reasons";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        case 511: return "Network Authentication Required";
        default: return "";
    }
}

bool is_field_value(std::string_view value) noexcept {
    constexpr std::size_t kWord = sizeof(std::uint64_t);
    std::size_t at = 0;
    for (; at + kWord <= value.size(); at += kWord) {
        const std::uint64_t word = words::load(value.data() + at);
        if ((words::below(word, 0x20) | words::holds(word, 0x7f)) == 0) continue;
        if (!all_in(value.substr(at, kWord), Characters::value)) return false;  // it may be a tab
    }
    return all_in(value.substr(at), Characters::value);
}

bool is_token(std::string_view name) noexcept {
    return !name.empty() && all_in(name, Characters::token);
}

HeadWriter& HeadWriter::status(int status) {
    char code[12];
    const auto [end, fault] = std::to_chars(code, code + sizeof code, status);
    if (fault != std::errc{} || status < 100 || status > 599) {
        sound_ = false;
        return *this;
    }
    out_.append("HTTP/1.1 ").append(code, end).append(" ").append(reason_phrase(status)).append("\r\n");
    return *this;
}

HeadWriter& HeadWriter::request(std::string_view method, std::string_view target) {
    if (!is_token(method) || target.empty() || !all_in(target, Characters::target)) {
        sound_ = false;
        return *this;
    }
    out_.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
    return *this;
}

HeadWriter& HeadWriter::field(std::string_view name, std::string_view value) {
    if (!is_token(name) || !is_field_value(value)) {
        sound_ = false;
        return *this;
    }
    out_.append(name).append(": ").append(value).append("\r\n");
    return *this;
}

HeadWriter& HeadWriter::field(std::string_view name, std::uint64_t value) {
    char digits[20];
    const auto [end, fault] = std::to_chars(digits, digits + sizeof digits, value);
    static_cast<void>(fault);  // twenty digits hold every 64-bit number
    return field(name, std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

void HeadWriter::end() { out_.append("\r\n"); }

}  // namespace refrain::http
