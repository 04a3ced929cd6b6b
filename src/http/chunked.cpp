#include "http/chunked.hpp"

#include "http/characters.hpp"
#include "http/writer.hpp"

#include <algorithm>
#include <charconv>

namespace refrain::http {

namespace {

constexpr std::size_t kHeaderBytes = 256;  // of one chunk: size, extensions, CRLF
constexpr std::size_t kSizeDigits = 16;    // what 64 bits need
constexpr std::size_t kTrailerBytes = std::size_t{8} * 1024;  // of all trailers together

}  // namespace

ChunkDecoder::Step ChunkDecoder::refuse(std::size_t consumed, std::string_view why) {
    state_ = State::invalid;
    fault_ = why;
    return {Status::invalid, consumed, {}};
}

ChunkDecoder::Step ChunkDecoder::next(std::string_view input) {
    std::size_t at = 0;
    for (;;) {
        if (state_ == State::done) return {Status::done, at, {}};
        if (state_ == State::invalid) return {Status::invalid, at, {}};
        if (at == input.size()) return {Status::need_more, at, {}};
        if (state_ == State::data) {
            const std::size_t taken =
                static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size() - at));
            left_ -= taken;
            if (left_ == 0) state_ = State::data_cr;
            return {Status::data, at + taken, input.substr(at, taken)};
        }
        if (const std::size_t plain = take_plain(input.substr(at)); plain > 0) {
            at += plain;
            continue;
        }
        const std::string_view why = take(input[at]);
        if (!why.empty()) return refuse(at, why);
        ++at;
    }
}

// What nearly all framing is made of, if all of it is there: CRLF behind data, or digits and CRLF
// before it. How many bytes that was; what take() comes to byte by byte.
std::size_t ChunkDecoder::take_plain(std::string_view input) {
    if (state_ == State::data_cr && input.starts_with("\r\n")) {
        state_ = State::size_first;
        overhead_ = 0;
        return 2;
    }
    if (state_ != State::size_first) return 0;
    std::size_t digits = 0;
    std::uint64_t size = 0;
    for (; digits < std::min(input.size(), kSizeDigits); ++digits) {
        const int digit = hex_value(input[digits]);
        if (digit < 0) break;
        size = size * 16 + static_cast<std::uint64_t>(digit);
    }
    if (digits == 0 || !input.substr(digits).starts_with("\r\n")) return 0;
    left_ = size;
    state_ = size == 0 ? State::trailer_start : State::data;
    overhead_ = 0;
    return digits + 2;
}

// One byte of the framing. Answers why it is refused, or nothing.
std::string_view ChunkDecoder::take(char c) {
    if (state_ <= State::size_lf) return take_header(c);
    if (state_ >= State::trailer_start) return take_trailer(c);
    if (state_ == State::data_cr) {
        state_ = State::data_lf;
        return c == '\r' ? "" : "A chunk is longer than its size says.";
    }
    state_ = State::size_first;
    overhead_ = 0;
    return c == '\n' ? "" : "A chunk is not followed by CRLF.";
}

// RFC 9112 7.1 without the white space it allows around extensions.
std::string_view ChunkDecoder::take_header(char c) {
    if (++overhead_ > kHeaderBytes) return "A chunk header is longer than is allowed here.";
    if (state_ == State::size_lf) {
        if (c != '\n') return "A chunk header holds a bare CR.";
        state_ = left_ == 0 ? State::trailer_start : State::data;
        overhead_ = 0;
        return "";
    }
    if (state_ != State::size_first && state_ != State::size) {
        return take_extension(c) ? "" : "A chunk extension is malformed.";
    }
    if (state_ == State::size && (c == '\r' || c == ';')) {
        state_ = c == '\r' ? State::size_lf : State::extension_start;
        return "";
    }
    const int digit = hex_value(c);
    if (digit < 0) return "A chunk size is not a hexadecimal number.";
    if (overhead_ > kSizeDigits) return "A chunk size has too many digits.";
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    state_ = State::size;
    return "";
}

// RFC 9112 7.1.1: name ["=" (token / quoted-string)]. Read to its grammar because a peer that takes
// quotes seriously and one that does not would disagree on where the chunk begins.
bool ChunkDecoder::take_extension(char c) {
    const bool token = is_in(c, Characters::token);
    const bool ends = c == '\r' || c == ';';
    const State after_end = c == '\r' ? State::size_lf : State::extension_start;
    switch (state_) {
        case State::extension_start: state_ = State::extension_name; return token;
        case State::extension_name:
            if (token) return true;
            state_ = c == '=' ? State::extension_value_start : after_end;
            return ends || c == '=';
        case State::extension_value_start:
            state_ = c == '"' ? State::extension_quoted : State::extension_value;
            return token || c == '"';
        case State::extension_quoted:
            if (c == '\\') state_ = State::extension_escape;
            if (c == '"') state_ = State::extension_end;
            return is_in(c, Characters::value);
        case State::extension_escape:
            state_ = State::extension_quoted;
            return is_in(c, Characters::value);
        default:  // extension_value, extension_end
            if (token && state_ == State::extension_value) return true;
            state_ = after_end;
            return ends;
    }
}

// Trailers are checked like fields and dropped: merged into the head they could change its meaning
// (RFC 9110 6.5.1).
std::string_view ChunkDecoder::take_trailer(char c) {
    if (++overhead_ > kTrailerBytes) return "The trailers are longer than is allowed here.";
    switch (state_) {
        case State::trailer_start:
            if (c == '\r') {
                state_ = State::final_lf;
                return "";
            }
            state_ = State::trailer_name;
            return is_in(c, Characters::token) ? "" : "A trailer does not begin with a name.";
        case State::trailer_name:
            if (c == ':') state_ = State::trailer_value;
            return c == ':' || is_in(c, Characters::token)
                       ? ""
                       : "A trailer has no colon after its name.";
        case State::trailer_value:
            if (c == '\r') state_ = State::trailer_lf;
            return c == '\r' || is_in(c, Characters::value) ? ""
                                                            : "A trailer holds a control byte.";
        case State::trailer_lf:
            state_ = State::trailer_start;
            return c == '\n' ? "" : "A trailer holds a bare CR.";
        default:  // final_lf
            state_ = State::done;
            return c == '\n' ? "" : "The trailers do not end in CRLF.";
    }
}

ChunkHeader chunk_header(std::size_t bytes) noexcept {
    ChunkHeader header{};
    char* const begin = header.text.data();
    char* end = std::to_chars(begin, begin + 16, bytes, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    header.size = static_cast<std::size_t>(end - begin);
    return header;
}

}  // namespace refrain::http
