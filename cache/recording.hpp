// The bytes of an answer while they arrive, in blocks that are filled from front to back. What was
// appended never moves, so pieces of it may be read without a lock while more is appended; all
// calls need one (the flight's).
#pragma once

#include "cache/body.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace refrain::cache {

// Bytes on their way: part of a block or, once the answer is kept, of its body.
class Piece {
  public:
    Piece(std::string_view bytes, std::shared_ptr<const void> owner)
        : bytes_(bytes), owner_(std::move(owner)) {}

    std::string_view operator*() const noexcept { return bytes_; }
    const std::string_view* operator->() const noexcept { return &bytes_; }
    const std::shared_ptr<const void>& owner() const noexcept { return owner_; }

  private:
    std::string_view bytes_;
    std::shared_ptr<const void> owner_;
};

class Recording {
  public:
    // How much more will come, where that is known: a block is made to hold it.
    void expect(std::size_t bytes) noexcept { expected_ = bytes; }
    void append(std::string_view bytes);
    // Only counted. REQUIRES: let_go(size()) was called.
    void skip(std::size_t bytes) noexcept { size_ += bytes; }
    // Of all bytes there ever were.
    std::size_t size() const noexcept { return size_; }

    // The bytes from `from` on, `most` of them at most, as few pieces as they stand in, at the end
    // of `into`. REQUIRES: they were not let go.
    void read(std::size_t from, std::size_t most, std::vector<Piece>& into) const;

    // Of the bytes before `offset`, the blocks that hold no others.
    void let_go(std::size_t offset) noexcept;
    // The same bytes stand in `body`, all of them: they are read from there, and returned is what
    // held them up to now. REQUIRES: none were let go.
    Recording move_to(BodyPtr body) noexcept;

  private:
    struct Block {
        std::size_t first;  // offset of its first byte
        std::size_t size;
        std::size_t capacity;
        std::shared_ptr<char[]> bytes;
    };
    Block& block_with_room();

    std::vector<Block> blocks_;
    BodyPtr body_;  // where set, blocks_ is empty
    std::size_t size_ = 0;
    std::size_t expected_ = 0;
};

}  // namespace refrain::cache
