// An anonymous file in memory (memfd_create) of a known size: filled once, then sealed against any
// change. Whatever may fail fails in create(). Bounded in number, for descriptors and mappings are.
// Used by body.cpp; filled by one thread, then read by any.
#pragma once

#include <cstddef>
#include <string_view>

namespace refrain::cache {

class MemoryFile {
  public:
    MemoryFile() = default;  // none
    // None if there is none to be had: no memory, too old a kernel, or too many of them already.
    static MemoryFile create(std::size_t size);
    ~MemoryFile() { close(); }
    MemoryFile(MemoryFile&& other) noexcept;
    MemoryFile& operator=(MemoryFile&& other) noexcept;

    bool exists() const noexcept { return descriptor_ >= 0; }
    // False if it could not be written, which a sound system does not do: its memory is there.
    // REQUIRES: it fits.
    bool append(std::string_view bytes) noexcept;
    void seal() noexcept;

    int descriptor() const noexcept { return descriptor_; }
    std::string_view view() const noexcept { return {map_, size_}; }
    // What it takes: whole pages, and the kernel's own notes on it.
    std::size_t memory_bytes() const noexcept;

    // How many there are in this process.
    static std::size_t count() noexcept;

  private:
    void close() noexcept;

    int descriptor_ = -1;
    std::size_t size_ = 0;
    std::size_t filled_ = 0;
    const char* map_ = nullptr;
};

}  // namespace refrain::cache
