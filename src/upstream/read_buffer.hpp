// The bytes read from one connection and not used yet, in one block that is kept from message to
// message: small, for most streams say little at a time, and larger where reads fill it. Pinned
// bytes (the head, which views point into) do not move until reset().
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace refrain::upstream {

class ReadBuffer {
  public:
    static constexpr std::size_t kUsualBytes = 1024;
    static constexpr std::size_t kKeptBytes = 4 * 1024;   // a block of most answers, for the next
    static constexpr std::size_t kMostBytes = 64 * 1024;  // of a block that grew by itself

    std::string_view unread() const noexcept { return {block_.get() + begin_, end_ - begin_}; }
    std::size_t capacity() const noexcept { return capacity_; }
    void consume(std::size_t bytes) noexcept { begin_ += bytes; }
    // Consumes the first unread bytes and keeps them where they are.
    void pin(std::size_t bytes) noexcept;

    // Space for the next read; none only when unread bytes fill the whole block. Moves bytes that
    // were not pinned, so views of unread() die. More than before after a read that filled it.
    struct Room {
        char* data;
        std::size_t bytes;
    };
    Room room();
    void commit(std::size_t bytes) noexcept {
        end_ += bytes;
        filled_ = end_ == capacity_;
    }

    // Doubles the block. Nothing may be pinned.
    void grow();
    // Forgets all bytes; a block that had grown large shrinks.
    void reset() noexcept;

  private:
    void move_to_block_of(std::size_t bytes);

    std::unique_ptr<char[]> block_;   // made at the first read
    std::unique_ptr<char[]> pinned_;  // the block of the pinned bytes, where that is another
    std::size_t capacity_ = 0;
    bool filled_ = false;    // by the last read
    std::size_t floor_ = 0;  // where bytes that may move begin
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace refrain::upstream
