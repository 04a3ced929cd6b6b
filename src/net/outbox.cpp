#include "net/outbox.hpp"

#include <cstring>
#include <utility>

namespace refrain::net {

Outbox::Outbox() : bytes_(kRoom) {}

Outbox::Turn::~Turn() {
    outbox_.in_turn_ = false;
    outbox_.flush();
}

bool Outbox::hold(Sender& sender, std::span<const iovec> pieces) noexcept {
    if (!in_turn_) return false;
    std::size_t size = 0;
    for (const iovec& piece : pieces)
        size += piece.iov_len;
    if (size > kLargest) return false;
    if (used_ + size > kRoom || count_ == kMost) flush();
    held_[count_++] = {&sender, size};
    for (const iovec& piece : pieces) {
        if (piece.iov_len > 0) std::memcpy(bytes_.data() + used_, piece.iov_base, piece.iov_len);
        used_ += piece.iov_len;
    }
    return true;
}

void Outbox::flush() noexcept {
    const std::size_t count = std::exchange(count_, 0);
    const char* from = bytes_.data();
    for (std::size_t i = 0; i < count; ++i) {
        held_[i].sender->send_held({from, held_[i].bytes});
        from += held_[i].bytes;
    }
    used_ = 0;
}

}  // namespace refrain::net
