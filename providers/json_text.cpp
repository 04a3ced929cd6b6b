// The writing half of json.hpp: RFC 8785.
#include "providers/byte_scan.hpp"
#include "providers/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

namespace refrain::providers {

namespace {

enum class Names { sorted, as_they_come };

// Whether `a` comes before `b` in UTF-16 code units (RFC 8785 3.2.3). UTF-8 sorts as code points
// do, and the two differ only where a surrogate pair (four bytes, from F0) meets U+E000..U+FFFF
// (three bytes, from EE): pairs come first.
bool before_in_utf16(std::string_view a, std::string_view b) {
    const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (y == b.end()) return false;
    if (x == a.end()) return true;
    const auto left = static_cast<unsigned char>(*x);
    const auto right = static_cast<unsigned char>(*y);
    const bool left_pair = left >= 0xF0;
    const bool right_pair = right >= 0xF0;
    if (left_pair != right_pair && left >= 0xEE && right >= 0xEE) return left_pair;
    return left < right;
}

// ECMAScript's Number::toString (ECMA-262 6.1.6.1.20) over the shortest digits that read back.
void append_double(std::string& out, double value) {
    if (value == 0) {
        out += '0';
        return;
    }
    std::array<char, 40> buffer{};
    const auto scientific = std::to_chars(
        buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
    std::string_view text(buffer.data(), static_cast<std::size_t>(scientific.ptr - buffer.data()));
    if (text.front() == '-') {
        out += '-';
        text.remove_prefix(1);
    }
    const std::size_t e = text.find('e');
    std::string digits(1, text.front());
    if (e > 1) digits.append(text, 2, e - 2);
    int exponent = 0;
    const char* first = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(first, text.data() + text.size(), exponent);

    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1;  // digits before the decimal point
    if (point > 21 || point <= -6) {
        out += digits.front();
        if (count > 1) out.append(".").append(digits, 1);
        out.append(exponent < 0 ? "e-" : "e+").append(std::to_string(std::abs(exponent)));
    } else if (point <= 0) {
        out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
    } else if (point >= count) {
        out.append(digits).append(static_cast<std::size_t>(point - count), '0');
    } else {
        out.append(digits, 0, static_cast<std::size_t>(point)).append(".");
        out.append(digits, static_cast<std::size_t>(point));
    }
}

template <class Integer>
void append_integer(std::string& out, Integer value) {
    std::array<char, 24> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    out.append(buffer.data(), end);
}

class Writer {
  public:
    Writer(std::string& out, Names names) : out_(out), names_(names) {}

    // Recurses: parse_json() bounds the depth.
    void write(const Json& value) {
        switch (value.type()) {
            case Json::value_t::null: out_ += "null"; break;
            case Json::value_t::boolean: out_ += value.get<bool>() ? "true" : "false"; break;
            case Json::value_t::number_integer:
                append_integer(out_, value.get<std::int64_t>());
                break;
            case Json::value_t::number_unsigned:
                append_integer(out_, value.get<std::uint64_t>());
                break;
            case Json::value_t::number_float: append_double(out_, value.get<double>()); break;
            case Json::value_t::string:
                append_json_string(out_, value.get_ref<const std::string&>());
                break;
            case Json::value_t::binary: write_token(value); break;
            case Json::value_t::array: write_array(value); break;
            case Json::value_t::object: write_object(value); break;
            case Json::value_t::discarded: break;
        }
    }

  private:
    // A number held as its token: see the subtypes in json.cpp.
    void write_token(const Json& value) {
        const auto& bytes = value.get_binary();
        const bool value_is_double = bytes.has_subtype() && bytes.subtype() != 0;
        if (value_is_double && names_ == Names::sorted) {
            append_double(out_, number_value(value).value_or(0));
        } else {
            out_.append(bytes.begin(), bytes.end());
        }
    }

    void write_array(const Json& value) {
        char separator = '[';
        for (const Json& element : value) {
            out_ += separator;
            separator = ',';
            write(element);
        }
        out_ += separator == '[' ? "[]" : "]";
    }

    void write_object(const Json& value) {
        const auto& members = value.get_ref<const Json::object_t&>();
        char separator = '{';
        const auto write_member = [&](const Json::object_t::value_type& member) {
            out_ += separator;
            separator = ',';
            append_json_string(out_, member.first);
            out_ += ':';
            write(member.second);
        };
        if (names_ == Names::as_they_come) {
            std::for_each(members.begin(), members.end(), write_member);
        } else {
            std::vector<const Json::object_t::value_type*> sorted;
            sorted.reserve(members.size());
            for (const auto& member : members)
                sorted.push_back(&member);
            std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
                return before_in_utf16(a->first, b->first);
            });
            for (const auto* member : sorted)
                write_member(*member);
        }
        out_ += separator == '{' ? "{}" : "}";
    }

    std::string& out_;
    Names names_;
};

std::string text_of(const Json& value, Names names) {
    std::string out;
    Writer(out, names).write(value);
    return out;
}

void append_escape(std::string& out, char c) {
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\b': out += "\\b"; return;
        case '\f': out += "\\f"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    out += "\\u00";
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xFU];
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t start = 0;  // of the run that needs no escape
    while (true) {
        const std::size_t end = find_byte(text, start, json_specials);
        out.append(text, start, end - start);
        if (end == text.size()) break;
        append_escape(out, text[end]);
        start = end + 1;
    }
    out += '"';
}

std::string canonical_json(const Json& value) {
    return text_of(value, Names::sorted);
}

std::string ordered_json_text(const Json& value) {
    return text_of(value, Names::as_they_come);
}

}  // namespace refrain::providers
