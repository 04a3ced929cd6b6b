#include "providers/json.hpp"

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

// Builds a Json bottom-up from nlohmann's events: members wait on one stack until their object or
// array ends, so each container is allocated once, at its size, and nothing recurses.
class Builder {
  public:
    explicit Builder(bool as_written) : as_written_(as_written) {}

    bool null() { return add(nullptr); }
    bool boolean(bool value) { return add(value); }

    bool number_integer(Json::number_integer_t value) {
        if (value == 0) return add(token_value("-0", kOnlyToken));
        if (value < -kMaxExactInteger) return add_integer_token(value);
        return add(value);
    }

    bool number_unsigned(Json::number_unsigned_t value) {
        if (value > std::uint64_t{kMaxExactInteger}) return add_integer_token(value);
        return add(value);
    }

    bool number_float(Json::number_float_t value, const std::string& token) {
        if (!double_holds(value, token)) return add(token_value(token, kOnlyToken));
        if (as_written_ && canonical_json(value) != token) {
            return add(token_value(token, kSpelledToken));
        }
        return add(value);
    }

    bool string(std::string& value) { return add(std::move(value)); }
    bool binary(Json::binary_t&) { return fail("invalid-json"); }  // not in JSON text

    bool key(std::string& name) {
        names_.push_back(std::move(name));
        return true;
    }

    bool start_object(std::size_t) { return open(); }
    bool start_array(std::size_t) { return open(); }
    bool end_object();
    bool end_array();

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) {
        const std::string_view what = error.what();
        const bool unicode = what.find("UTF-8") != std::string_view::npos ||
                             what.find("surrogate") != std::string_view::npos;
        return fail(unicode ? "invalid-unicode" : "invalid-json");
    }

    const char* problem() const noexcept { return problem_; }
    Json take() { return std::move(values_.front()); }

  private:
    struct Open {
        std::size_t values;  // how many stood on the stacks when it began
        std::size_t names;
    };

    template <class T>
    bool add(T&& value) {
        values_.emplace_back(std::forward<T>(value));
        return true;
    }

    template <class T>
    bool add_integer_token(T value) {
        return add(token_value(std::to_string(value), kOnlyToken));
    }

    bool open() {
        if (open_.size() == std::size_t{kMaxJsonDepth}) return fail("too-deep");
        open_.push_back({values_.size(), names_.size()});
        return true;
    }

    bool fail(const char* problem) {
        if (problem_ == nullptr) problem_ = problem;
        return false;
    }

    bool names_repeat(std::size_t first) const;

    bool as_written_;
    std::vector<Json> values_;
    std::vector<std::string> names_;
    std::vector<Open> open_;
    const char* problem_ = nullptr;
};

bool Builder::names_repeat(std::size_t first) const {
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

bool Builder::end_object() {
    const Open at = open_.back();
    if (names_repeat(at.names)) return fail("duplicate-names");
    Json::object_t members;
    members.reserve(names_.size() - at.names);
    for (std::size_t i = at.names; i < names_.size(); ++i) {
        // Past the map's own emplace(), which searches for the name again each time.
        members.Json::object_t::Container::emplace_back(
            std::move(names_[i]), std::move(values_[at.values + i - at.names]));
    }
    open_.pop_back();
    names_.resize(at.names);
    values_.resize(at.values);
    return add(std::move(members));
}

bool Builder::end_array() {
    const Open at = open_.back();
    const auto first = values_.begin() + static_cast<std::ptrdiff_t>(at.values);
    Json::array_t elements(std::make_move_iterator(first), std::make_move_iterator(values_.end()));
    open_.pop_back();
    values_.resize(at.values);
    return add(std::move(elements));
}

Result<Json> parse(std::string_view text, bool as_written) {
    const auto refused = [](const char* why) {
        return failure(ErrorCode::malformed, Origin::client, why);
    };
    // nlohmann takes a NUL for the end of the text and skips a BOM (RFC 8259 8.1 allows neither to
    // be sent).
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.find('\0') != std::string_view::npos || text.starts_with(kByteOrderMark)) {
        return refused("invalid-json");
    }
    Builder builder(as_written);
    if (!Json::sax_parse(text.begin(), text.end(), &builder)) {
        return refused(builder.problem() != nullptr ? builder.problem() : "invalid-json");
    }
    return builder.take();
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
    return parse(text, false);
}

Result<Json> parse_json_as_written(std::string_view text) {
    return parse(text, true);
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
