// Undoes a content coding (RFC 9110 8.4.1) as bytes arrive. What comes out is cut into pieces, so a
// small input that grows huge never needs more than one piece of memory. Sans-I/O.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace refrain::upstream {

class BodyDecoder {
  public:
    static constexpr std::size_t kPieceBytes = 32 * 1024;

    // For gzip, x-gzip, deflate or br, compared without case; null for any other coding.
    static std::unique_ptr<BodyDecoder> make(std::string_view coding);
    virtual ~BodyDecoder() = default;

    enum class Status {
        need_more,  // all input was taken and all output handed over
        piece,
        invalid,  // damaged, or more bytes than the coding has
    };
    struct Step {
        Status status;
        std::size_t consumed = 0;
        std::string_view piece = {};  // valid until the next call
    };
    // Call again with the rest of the input, which may be empty, until need_more or invalid.
    virtual Step next(std::string_view input) = 0;

    // Whether the input may end here: nothing came at all, or a whole coded body.
    virtual bool may_end() const noexcept = 0;
};

}  // namespace refrain::upstream
