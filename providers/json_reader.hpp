// Reads the tokens of JSON text, strictly (RFC 8259, UTF-8 by RFC 3629). Used by json.cpp, and
// where a whole parse would be too much.
//
// Ours and not nlohmann's because prompts are long: this reads strings eight bytes at a time, that
// one byte at a time. A test and a fuzzer hold the two to the same verdict on every text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::providers {

class JsonReader {
  public:
    struct Number {
        std::string_view token;
        bool is_integer = false;  // neither a fraction nor an exponent
    };

    explicit JsonReader(std::string_view text) : text_(text) {}

    // The first character of the next token, '\0' at the end (and for a NUL, which begins none).
    char next() noexcept;
    bool is_at_end() noexcept;
    // What no token has been made of yet.
    std::string_view rest() const noexcept { return text_.substr(at_); }

    // Each consumes its token and returns true, or leaves the reader where it is.
    bool take(char c) noexcept;
    bool take_word(std::string_view word) noexcept;

    // Absent if there is no well-formed number.
    std::optional<Number> number() noexcept;
    // REQUIRES: next() == '"'. False if malformed; is_unicode_broken() says in which way.
    bool string(std::string& out);
    bool is_unicode_broken() const noexcept { return unicode_broken_; }

  private:
    bool digits() noexcept;
    bool escape(std::string& out);
    bool escaped_character(std::string& out);
    std::optional<unsigned> hex4() noexcept;
    bool multibyte() noexcept;
    bool broken_unicode() noexcept;

    std::string_view text_;
    std::size_t at_ = 0;
    bool unicode_broken_ = false;
};

}  // namespace refrain::providers
