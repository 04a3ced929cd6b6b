#include "providers/openai/embeddings_text.hpp"

#include "base/text_code.hpp"
#include "providers/json.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace refrain::providers::openai {
namespace {

constexpr std::string_view kName = "\"embedding\"";
// Loops of one comparison: find_first_not_of() calls memchr for every byte.
std::size_t after_space(std::string_view text, std::size_t at) {
    while (at < text.size() &&
           (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n')) {
        ++at;
    }
    return at;
}

// The end of the array of numbers or the string that begins at `at`; npos if there is none.
std::size_t vector_end(std::string_view json, std::size_t at) {
    if (at == json.size() || (json[at] != '[' && json[at] != '"')) {
        return std::string_view::npos;
    }
    const auto close = json.find(json[at] == '[' ? ']' : '"', at + 1);
    return close == std::string_view::npos ? close : close + 1;
}

bool starts_with_digit(std::string_view text) {
    return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

void take_digits(std::string_view& text) {
    while (starts_with_digit(text)) {
        text.remove_prefix(1);
    }
}

// The JSON number (RFC 8259 6) at the beginning of `text`, empty if there is none.
std::string_view number_at(std::string_view text) {
    std::string_view rest = text;
    if (rest.starts_with('-')) {
        rest.remove_prefix(1);
    }
    if (!starts_with_digit(rest)) {
        return {};
    }
    if (rest.front() == '0') {
        rest.remove_prefix(1);
    } else {
        take_digits(rest);
    }
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        if (!starts_with_digit(rest)) {
            return {};
        }
        take_digits(rest);
    }
    if (rest.starts_with('e') || rest.starts_with('E')) {
        rest.remove_prefix(1);
        if (rest.starts_with('+') || rest.starts_with('-')) {
            rest.remove_prefix(1);
        }
        if (!starts_with_digit(rest)) {
            return {};
        }
        take_digits(rest);
    }
    return text.substr(0, text.size() - rest.size());
}

// The nearest float32; absent if that is infinite. What is too small to hold becomes zero.
std::optional<float> nearest_float(std::string_view number) {
    float value = 0;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
    if (read.ec == std::errc()) {
        return value;
    }
    double wide = 0;
    const auto again = std::from_chars(number.data(), number.data() + number.size(), wide);
    if (again.ec == std::errc() && std::abs(wide) < 1) {
        return static_cast<float>(wide);
    }
    const auto exponent = number.find_first_of("eE");
    const bool is_tiny = exponent != number.npos && number.substr(exponent + 1).starts_with('-');
    return again.ec == std::errc::result_out_of_range && is_tiny ? std::optional<float>(0.0F)
                                                                 : std::nullopt;
}

void append_float(std::string& bytes, float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::array<char, 4> little{static_cast<char>(bits & 0xFFU),
                                     static_cast<char>((bits >> 8) & 0xFFU),
                                     static_cast<char>((bits >> 16) & 0xFFU),
                                     static_cast<char>(bits >> 24)};
    bytes.append(little.data(), little.size());
}

float float_at(std::string_view bytes, std::size_t at) {
    std::uint32_t bits = 0;
    for (unsigned i = 0; i < 4; ++i) {
        bits |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    }
    return std::bit_cast<float>(bits);
}

std::optional<std::string> bytes_of_array(std::string_view array) {
    std::string bytes;
    bytes.reserve(array.size() / 2);
    for (std::size_t at = 1;;) {
        at = after_space(array, at);
        const auto number = number_at(array.substr(at));
        const auto value = number.empty() ? std::nullopt : nearest_float(number);
        if (!value) {
            return std::nullopt;
        }
        append_float(bytes, *value);
        at = after_space(array, at + number.size());
        if (at == array.size() || (array[at] != ',' && array[at] != ']')) {
            return std::nullopt;
        }
        if (array[at++] == ']') {
            return at == array.size() ? std::optional(std::move(bytes)) : std::nullopt;
        }
    }
}

std::optional<std::string> bytes_of_base64(std::string_view quoted) {
    std::string text(quoted.substr(1, quoted.size() - 2));
    if (text.find('\\') != std::string::npos) {  // some write "/" as "\/"
        const auto parsed = parse_json(quoted);
        if (!parsed || !parsed->is_string()) {
            return std::nullopt;
        }
        text = parsed->get_ref<const std::string&>();
    }
    auto bytes = base64_decode(text);
    if (!bytes || bytes->empty() || bytes->size() % 4 != 0) {
        return std::nullopt;
    }
    for (std::size_t at = 0; at < bytes->size(); at += 4) {
        if (!std::isfinite(float_at(*bytes, at))) {
            return std::nullopt;
        }
    }
    return bytes;
}

void append_number(std::string& out, float value) {
    std::array<char, 64> buffer{};
    const float size = std::abs(value);
    const bool is_plain = size == 0 || (size >= 1e-6F && size < 1e21F);
    const auto end =
        std::to_chars(buffer.data(),
                      buffer.data() + buffer.size(),
                      value,
                      is_plain ? std::chars_format::fixed : std::chars_format::scientific)
            .ptr;
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    const auto exponent = text.find('e');
    if (exponent == text.npos) {
        out += text;
        return;
    }
    // "1e-07" is written "1e-7" (ECMA-262 6.1.6.1.20).
    out += text.substr(0, exponent + 2);
    const auto digits = text.substr(exponent + 2);
    out += digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

}  // namespace

std::optional<CutEmbeddings> cut_embeddings(std::string_view json) {
    CutEmbeddings cut;
    std::size_t kept = 0;
    for (auto at = json.find(kName); at != json.npos; at = json.find(kName, at)) {
        at = after_space(json, at + kName.size());
        if (at == json.size() || json[at] != ':') {
            continue;  // the value "embedding", not a name
        }
        at = after_space(json, at + 1);
        const auto end = vector_end(json, at);
        if (end == json.npos) {
            return std::nullopt;
        }
        cut.skeleton.append(json, kept, at - kept).append(std::to_string(cut.vectors.size()));
        cut.vectors.push_back(json.substr(at, end - at));
        at = kept = end;
    }
    cut.skeleton.append(json, kept);
    return cut;
}

std::optional<std::string> float_bytes(std::string_view vector) {
    if (vector.size() < 2) {
        return std::nullopt;
    }
    return vector.front() == '[' ? bytes_of_array(vector) : bytes_of_base64(vector);
}

std::string float_array(std::string_view bytes) {
    std::string array = "[";
    array.reserve(bytes.size() * 4);
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
        if (at != 0) {
            array += ',';
        }
        append_number(array, float_at(bytes, at));
    }
    array += ']';
    return array;
}

}  // namespace refrain::providers::openai
