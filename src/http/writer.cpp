#include "http/writer.hpp"

#include "http/characters.hpp"

#include <array>
#include <charconv>

namespace refrain::http {

namespace {

struct Phrase {
    int status;
    std::string_view text;
};

// RFC 9110 15, RFC 6585, RFC 7725, RFC 8297, RFC 8470. Those sent most come first.
constexpr std::array kPhrases{
    Phrase{200, "OK"},
    Phrase{404, "Not Found"},
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{429, "Too Many Requests"},
    Phrase{502, "Bad Gateway"},
    Phrase{503, "Service Unavailable"},
    Phrase{504, "Gateway Timeout"},
    Phrase{500, "Internal Server Error"},
    Phrase{100, "Continue"},
    Phrase{101, "Switching Protocols"},
    Phrase{103, "Early Hints"},
    Phrase{201, "Created"},
    Phrase{202, "Accepted"},
    Phrase{203, "Non-Authoritative Information"},
    Phrase{204, "No Content"},
    Phrase{205, "Reset Content"},
    Phrase{206, "Partial Content"},
    Phrase{300, "Multiple Choices"},
    Phrase{301, "Moved Permanently"},
    Phrase{302, "Found"},
    Phrase{303, "See Other"},
    Phrase{304, "Not Modified"},
    Phrase{307, "Temporary Redirect"},
    Phrase{308, "Permanent Redirect"},
    Phrase{402, "Payment Required"},
    Phrase{403, "Forbidden"},
    Phrase{405, "Method Not Allowed"},
    Phrase{406, "Not Acceptable"},
    Phrase{407, "Proxy Authentication Required"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{410, "Gone"},
    Phrase{411, "Length Required"},
    Phrase{412, "Precondition Failed"},
    Phrase{413, "Content Too Large"},
    Phrase{414, "URI Too Long"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{416, "Range Not Satisfiable"},
    Phrase{417, "Expectation Failed"},
    Phrase{421, "Misdirected Request"},
    Phrase{422, "Unprocessable Content"},
    Phrase{423, "Locked"},
    Phrase{424, "Failed Dependency"},
    Phrase{425, "Too Early"},
    Phrase{426, "Upgrade Required"},
    Phrase{428, "Precondition Required"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{451, "Unavailable For Legal Reasons"},
    Phrase{501, "Not Implemented"},
    Phrase{505, "HTTP Version Not Supported"},
    Phrase{511, "Network Authentication Required"},
};

}  // namespace

std::string_view reason_phrase(int status) noexcept {
    for (const Phrase& phrase : kPhrases) {
        if (phrase.status == status) return phrase.text;
    }
    return "";
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
    out_.append("HTTP/1.1 ")
        .append(code, end)
        .append(" ")
        .append(reason_phrase(status))
        .append("\r\n");
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

void HeadWriter::end() {
    out_.append("\r\n");
}

}  // namespace refrain::http
