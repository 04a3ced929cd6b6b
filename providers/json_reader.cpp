#include "providers/json_reader.hpp"

#include "providers/byte_scan.hpp"

namespace refrain::providers {

namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

unsigned byte_at(std::string_view text, std::size_t at) noexcept {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

// Where the bytes from `at` on stop standing for themselves: at ASCII's specials and beyond ASCII.
std::size_t end_of_plain(std::string_view text, std::size_t at) noexcept {
    return find_byte(text, at, not_plain);
}

void append_utf8(std::string& out, unsigned c) {
    const auto tail = [&](unsigned shift) {
        out += static_cast<char>(0x80U | ((c >> shift) & 0x3FU));
    };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0U | (c >> 6U));
        tail(0);
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0U | (c >> 12U));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0U | (c >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
}

}  // namespace

char JsonReader::next() noexcept {
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return c;
        ++at_;
    }
    return '\0';
}

bool JsonReader::is_at_end() noexcept {
    next();
    return at_ == text_.size();
}

bool JsonReader::take(char c) noexcept {
    if (is_at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
}

bool JsonReader::take_word(std::string_view word) noexcept {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
}

bool JsonReader::digits() noexcept {
    const std::size_t first = at_;
    while (at_ < text_.size() && is_digit(text_[at_]))
        ++at_;
    return at_ > first;
}

std::optional<JsonReader::Number> JsonReader::number() noexcept {
    const std::size_t first = at_;
    bool is_integer = true;
    if (byte_at(text_, at_) == '-') ++at_;
    if (byte_at(text_, at_) == '0') {
        ++at_;
    } else if (!digits()) {
        return std::nullopt;
    }
    if (byte_at(text_, at_) == '.') {
        ++at_;
        is_integer = false;
        if (!digits()) return std::nullopt;
    }
    if (byte_at(text_, at_) == 'e' || byte_at(text_, at_) == 'E') {
        ++at_;
        is_integer = false;
        if (byte_at(text_, at_) == '+' || byte_at(text_, at_) == '-') ++at_;
        if (!digits()) return std::nullopt;
    }
    return Number{text_.substr(first, at_ - first), is_integer};
}

bool JsonReader::string(std::string& out) {
    std::size_t start = ++at_;  // of the bytes not yet copied
    while (true) {
        at_ = end_of_plain(text_, at_);
        if (at_ == text_.size()) return false;
        const unsigned c = byte_at(text_, at_);
        if (c >= 0x80) {
            if (!multibyte()) return broken_unicode();
            continue;
        }
        out.append(text_, start, at_ - start);
        ++at_;
        if (c == '"') return true;
        if (c != '\\' || !escape(out)) return false;
        start = at_;
    }
}

bool JsonReader::escape(std::string& out) {
    const unsigned c = byte_at(text_, at_++);
    switch (c) {
        case '"':
        case '\\':
        case '/': out += static_cast<char>(c); return true;
        case 'b': out += '\b'; return true;
        case 'f': out += '\f'; return true;
        case 'n': out += '\n'; return true;
        case 'r': out += '\r'; return true;
        case 't': out += '\t'; return true;
        case 'u': return escaped_character(out);
        default: return false;
    }
}

bool JsonReader::escaped_character(std::string& out) {
    const auto unit = hex4();
    if (!unit) return false;
    unsigned c = *unit;
    if (c >= 0xDC00 && c <= 0xDFFF) return broken_unicode();
    if (c >= 0xD800 && c <= 0xDBFF) {
        if (!take_word("\\u")) return broken_unicode();
        const auto low = hex4();
        if (!low) return false;
        if (*low < 0xDC00 || *low > 0xDFFF) return broken_unicode();
        c = 0x10000 + ((c - 0xD800) << 10U) + (*low - 0xDC00);
    }
    append_utf8(out, c);
    return true;
}

std::optional<unsigned> JsonReader::hex4() noexcept {
    unsigned value = 0;
    for (int i = 0; i < 4; ++i) {
        const unsigned c = byte_at(text_, at_++);
        const unsigned letter = c | 0x20U;
        if (c >= '0' && c <= '9') {
            value = value * 16 + (c - '0');
        } else if (letter >= 'a' && letter <= 'f') {
            value = value * 16 + (letter - 'a' + 10);
        } else {
            return std::nullopt;
        }
    }
    return value;
}

// One character of two to four bytes: RFC 3629 section 4.
bool JsonReader::multibyte() noexcept {
    const unsigned lead = byte_at(text_, at_);
    unsigned low = 0x80;  // what the second byte may be
    unsigned high = 0xBF;
    std::size_t size = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
        size = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        size = 3;
        if (lead == 0xE0) low = 0xA0;
        if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        size = 4;
        if (lead == 0xF0) low = 0x90;
        if (lead == 0xF4) high = 0x8F;
    } else {
        return false;
    }
    for (std::size_t i = 1; i < size; ++i) {
        const unsigned c = byte_at(text_, at_ + i);
        if (c < low || c > high) return false;
        low = 0x80;
        high = 0xBF;
    }
    at_ += size;
    return true;
}

bool JsonReader::broken_unicode() noexcept {
    unicode_broken_ = true;
    return false;
}

}  // namespace refrain::providers
