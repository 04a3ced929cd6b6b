// The chunked transfer coding (RFC 9112 7.1). Sans-I/O, strict: chunk extensions and trailers are
// checked, then dropped, within limits. Fuzzed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace refrain::http {

class ChunkDecoder {
  public:
    enum class Status {
        need_more,  // all input taken, no data to hand over
        data,       // `data` holds the next piece of the body
        done,       // the last chunk and the trailers were read
        invalid,    // fault() says why; the connection cannot be used any more
    };

    struct Step {
        Status status;
        std::size_t consumed;   // bytes of the input that were used up
        std::string_view data;  // a view into the input, where status is `data`
    };

    // Call again with the rest of the input until need_more, done or invalid.
    Step next(std::string_view input);

    std::string_view fault() const noexcept { return fault_; }
    void reset() noexcept { *this = ChunkDecoder{}; }

  private:
    // In this order: up to size_lf the chunk header, from trailer_start the trailers.
    enum class State : std::uint8_t {
        size_first,
        size,
        extension_start,
        extension_name,
        extension_value_start,
        extension_value,
        extension_quoted,
        extension_escape,
        extension_end,
        size_lf,
        data,
        data_cr,
        data_lf,
        trailer_start,
        trailer_name,
        trailer_value,
        trailer_lf,
        final_lf,
        done,
        invalid
    };
    Step refuse(std::size_t consumed, std::string_view why);
    std::size_t take_plain(std::string_view input);
    std::string_view take(char c);
    std::string_view take_header(char c);
    bool take_extension(char c);
    std::string_view take_trailer(char c);

    State state_ = State::size_first;
    std::uint64_t left_ = 0;    // of the current chunk
    std::size_t overhead_ = 0;  // bytes of this chunk header so far, or of the trailers
    std::string_view fault_;    // static storage
};

// The line before a chunk of that many bytes: "1f4\r\n". The chunk ends with "\r\n".
struct ChunkHeader {
    std::array<char, 20> text;
    std::size_t size;
    std::string_view view() const noexcept { return {text.data(), size}; }
};
ChunkHeader chunk_header(std::size_t bytes) noexcept;
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace refrain::http
