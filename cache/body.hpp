// The bytes of an answer, as its entry holds them. Immutable, shared by pointer, any thread.
//
// From kBodyFileFrom on they stand in an anonymous file in memory, so that the kernel can send them
// from where they are, without a copy (docs/decisions/0012). A file for each: what still waits in a
// socket is never written over, whatever becomes of the entry. Where no file is to be had the bytes
// are on the heap like the short ones, and nobody but the sender sees the difference.
#pragma once

#include "cache/memory_file.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace refrain::cache {

// Below it a second system call costs as much as the copy it saves.
inline constexpr std::size_t kBodyFileFrom = 32 * 1024;

class Body {
  public:
    explicit Body(std::string bytes);  // on the heap
    explicit Body(MemoryFile filled);

    std::string_view view() const noexcept { return view_; }
    std::size_t size() const noexcept { return view_.size(); }
    // The file whose first size() bytes these are, open for as long as this lives; -1: the heap.
    int descriptor() const noexcept { return file_.descriptor(); }
    // What it takes in memory, this object included.
    std::size_t memory_bytes() const noexcept;

    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

  private:
    std::string heap_;
    MemoryFile file_;
    std::string_view view_;
};

using BodyPtr = std::shared_ptr<const Body>;

// In a file or on the heap, as fits.
BodyPtr make_body(std::string bytes);
// The same of pieces, each copied to its place once.
BodyPtr join_body(std::span<const std::string_view> pieces);

}  // namespace refrain::cache
