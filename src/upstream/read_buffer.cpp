#include "upstream/read_buffer.hpp"

#include "base/check.hpp"

#include <cstring>
#include <utility>

namespace refrain::upstream {

void ReadBuffer::pin(std::size_t bytes) noexcept {
    begin_ += bytes;
    floor_ = begin_;
}

ReadBuffer::Room ReadBuffer::room() {
    if (!block_) {
        block_.reset(new char[kUsualBytes]);
        capacity_ = kUsualBytes;
    }
    if (begin_ == end_) {
        begin_ = end_ = floor_;
        if (filled_ && capacity_ < kMostBytes) move_to_block_of(capacity_ * 4);
    } else if (end_ == capacity_ && begin_ > floor_) {
        std::memmove(block_.get() + floor_, block_.get() + begin_, end_ - begin_);
        end_ -= begin_ - floor_;
        begin_ = floor_;
    }
    return {block_.get() + end_, capacity_ - end_};
}

void ReadBuffer::grow() {
    REFRAIN_CHECK(floor_ == 0, "a read buffer with pinned bytes cannot grow");
    move_to_block_of(capacity_ == 0 ? kUsualBytes : capacity_ * 2);
}

void ReadBuffer::move_to_block_of(std::size_t bytes) {
    std::unique_ptr<char[]> block(new char[bytes]);
    if (end_ > begin_) std::memcpy(block.get(), block_.get() + begin_, end_ - begin_);
    if (floor_ > 0) pinned_ = std::move(block_);
    block_ = std::move(block);
    capacity_ = bytes;
    end_ -= begin_;
    begin_ = floor_ = 0;
    filled_ = false;
}

void ReadBuffer::reset() noexcept {
    floor_ = begin_ = end_ = 0;
    filled_ = false;
    pinned_.reset();
    if (capacity_ > kKeptBytes) {
        block_.reset();
        capacity_ = 0;
    }
}

}  // namespace refrain::upstream
