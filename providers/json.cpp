#include "providers/json.hpp"

#include "providers/json_reader.hpp"

#include <algorithm>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace refrain::providers {

namespace {

constexpr std::int64_t kMaxExactInteger = std::int64_t{1} << 53;
// Every double has a decimal form of at most 17 digits (max_digits10) that reads back as itself.
constexpr std::size_t kDoubleDigits = 17;
// Up to here comparing each name with each is faster than sorting them.
constexpr std::size_t kFewNames = 12;

// The binary values that stand for numbers, by subtype.
constexpr std::uint8_t kOnlyToken = 0;     // no double holds it
constexpr std::uint8_t kSpelledToken = 1;  // a double holds it, but would be written otherwise

Json token_value(std::string_view token, std::uint8_t subtype) {
    return Json::binary(Json::binary_t::container_type(token.begin(), token.end()), subtype);
}

std::string_view token_text(const Json& value) {
    const auto& bytes = value.get_binary();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The digits of a number without sign, point, exponent, and zeros at either end.
std::size_t significant_digits(std::string_view token) {
    std::size_t count = 0;
    std::size_t zeros = 0;  // seen since the last other digit
    for (const char c : token) {
        if (c == 'e' || c == 'E') break;
        if (c < '0' || c > '9') continue;
        if (c != '0') {
            count += zeros + 1;
            zeros = 0;
        } else if (count != 0) {
            ++zeros;
        }
    }
    return count;
}

bool double_holds(double value, std::string_view token) {
    if (value == 0) return token.front() != '-' && significant_digits(token) == 0;
    return std::fabs(value) >= DBL_MIN && significant_digits(token) <= kDoubleDigits;
}

// Builds a Json bottom-up: members wait on one stack until their object or array ends, so that each
// container is allocated once, at its size.
class Parser {
  public:
    Parser(std::string_view text, bool as_written) : reader_(text), as_written_(as_written) {}

    Result<Json> parse() {
        if (value() && !reader_.is_at_end()) fail("invalid-json");
        if (problem_ != nullptr) {
            return failure(ErrorCode::malformed, Origin::client, problem_);
        }
        return std::move(values_.front());
    }

  private:
    // These recurse, kMaxJsonDepth deep at most. False once there is a problem.
    bool value();
    bool object();
    bool array();

    bool member();
    bool string_value();
    bool number();
    bool read_string(std::string& out);
    bool names_repeat(std::size_t first) const;
    bool end_object(std::size_t first_value, std::size_t first_name);

    template <class T>
    bool add(T&& value) {
        values_.emplace_back(std::forward<T>(value));
        return true;
    }

    template <class T>
    bool add_word(std::string_view word, T value) {
        return reader_.take_word(word) ? add(value) : fail("invalid-json");
    }

    bool enter() { return ++depth_ <= kMaxJsonDepth || fail("too-deep"); }

    bool fail(const char* problem) {
        if (problem_ == nullptr) problem_ = problem;
        return false;
    }

    JsonReader reader_;
    bool as_written_;
    int depth_ = 0;
    std::vector<Json> values_;
    std::vector<std::string> names_;
    const char* problem_ = nullptr;
};

bool Parser::value() {
    switch (reader_.next()) {
        case '{': return object();
        case '[': return array();
        case '"': return string_value();
        case 't': return add_word("true", true);
        case 'f': return add_word("false", false);
        case 'n': return add_word("null", nullptr);
        default: return number();
    }
}

bool Parser::read_string(std::string& out) {
    if (reader_.next() != '"') return fail("invalid-json");
    if (reader_.string(out)) return true;
    return fail(reader_.is_unicode_broken() ? "invalid-unicode" : "invalid-json");
}

bool Parser::string_value() {
    std::string text;
    return read_string(text) && add(std::move(text));
}

bool Parser::number() {
    const auto number = reader_.number();
    if (!number) return fail("invalid-json");
    const std::string_view token = number->token;
    const char* const end = token.data() + token.size();
    if (number->is_integer) {
        std::int64_t integer = 0;
        const bool fits = std::from_chars(token.data(), end, integer).ec == std::errc{};
        const bool exact = fits && integer >= -kMaxExactInteger && integer <= kMaxExactInteger;
        if (!exact || token == "-0") return add(token_value(token, kOnlyToken));
        if (integer < 0) return add(integer);
        return add(static_cast<std::uint64_t>(integer));
    }
    double value = 0;
    const bool fits = std::from_chars(token.data(), end, value).ec == std::errc{};
    if (!fits || !double_holds(value, token)) return add(token_value(token, kOnlyToken));
    if (as_written_ && canonical_json(value) != token) {
        return add(token_value(token, kSpelledToken));
    }
    return add(value);
}

bool Parser::array() {
    const std::size_t first = values_.size();
    reader_.take('[');
    if (!enter()) return false;
    if (!reader_.take(']')) {
        do {
            if (!value()) return false;
        } while (reader_.take(','));
        if (!reader_.take(']')) return fail("invalid-json");
    }
    --depth_;
    const auto begin = values_.begin() + static_cast<std::ptrdiff_t>(first);
    Json::array_t elements(std::make_move_iterator(begin), std::make_move_iterator(values_.end()));
    values_.resize(first);
    return add(std::move(elements));
}

bool Parser::member() {
    std::string name;
    if (!read_string(name)) return false;
    names_.push_back(std::move(name));
    return reader_.take(':') ? value() : fail("invalid-json");
}

bool Parser::object() {
    const std::size_t first_value = values_.size();
    const std::size_t first_name = names_.size();
    reader_.take('{');
    if (!enter()) return false;
    if (!reader_.take('}')) {
        do {
            if (!member()) return false;
        } while (reader_.take(','));
        if (!reader_.take('}')) return fail("invalid-json");
    }
    --depth_;
    return end_object(first_value, first_name);
}

bool Parser::names_repeat(std::size_t first) const {
    const auto begin = names_.begin() + static_cast<std::ptrdiff_t>(first);
    if (names_.size() - first <= kFewNames) {
        for (auto name = begin; name != names_.end(); ++name) {
            if (std::find(begin, name, *name) != name) return true;
        }
        return false;
    }
    std::vector<std::string_view> sorted(begin, names_.end());
    std::sort(sorted.begin(), sorted.end());
    return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
}

bool Parser::end_object(std::size_t first_value, std::size_t first_name) {
    if (names_repeat(first_name)) return fail("duplicate-names");
    Json::object_t members;
    members.reserve(names_.size() - first_name);
    for (std::size_t i = first_name; i < names_.size(); ++i) {
        // Past the map's own emplace(), which searches for the name again each time.
        members.Json::object_t::Container::emplace_back(
            std::move(names_[i]), std::move(values_[first_value + i - first_name]));
    }
    names_.resize(first_name);
    values_.resize(first_value);
    return add(std::move(members));
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
    return Parser(text, false).parse();
}

Result<Json> parse_json_as_written(std::string_view text) {
    return Parser(text, true).parse();
}

std::optional<double> number_value(const Json& value) {
    if (value.is_number()) return value.get<double>();
    if (!value.is_binary()) return std::nullopt;
    const std::string_view token = token_text(value);
    double number = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), number);
    if (error != std::errc{} || end != token.data() + token.size()) return std::nullopt;
    return number;
}

Json json_written_as(std::string_view text) {
    return token_value(text, kOnlyToken);
}

}  // namespace refrain::providers
