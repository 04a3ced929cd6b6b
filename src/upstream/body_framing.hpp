// Where the body of an answer ends (RFC 9112 6.3): cuts the bytes after its head into pieces.
// Sans-I/O. Belongs to one exchange.
#pragma once

#include "http/chunked.hpp"
#include "http/head.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace refrain::upstream {

class BodyFraming {
  public:
    enum class Status { need_more, piece, end, invalid };
    struct Step {
        Status status;
        std::size_t consumed = 0;
        std::string_view piece = {};  // a view into the input
    };

    void start(const http::ResponseHead& head) noexcept;
    // `peer_ended`: no bytes will follow the input. Ends are told once all input was consumed that
    // belongs to the body.
    Step next(std::string_view input, bool peer_ended);

    // Whether the last byte of the body was handed over.
    bool at_end() const noexcept;
    // After `invalid`: one clause.
    std::string_view fault() const noexcept { return fault_; }

  private:
    Step next_chunk(std::string_view input, bool peer_ended);

    http::ResponseHead::Body body_ = http::ResponseHead::Body::none;
    std::uint64_t left_ = 0;
    bool chunks_done_ = false;
    http::ChunkDecoder chunks_;
    std::string_view fault_;  // static storage
};

}  // namespace refrain::upstream
