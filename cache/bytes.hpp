// Little-endian fields in and out of byte strings, for the stored forms of this folder. A reader
// never reads past its end: after the first field that does not fit it is not ok() and returns
// zeros.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace refrain::cache {

class ByteWriter {
  public:
    void u8(std::uint8_t value) { integer(value, 1); }
    void u16(std::uint16_t value) { integer(value, 2); }
    void u32(std::uint32_t value) { integer(value, 4); }
    void u64(std::uint64_t value) { integer(value, 8); }
    void raw(std::string_view bytes) { bytes_.append(bytes); }
    // u32 length, then the bytes. REQUIRES: below 4 GiB.
    void text(std::string_view bytes);

    void reserve(std::size_t size) { bytes_.reserve(size); }
    // Ends with the XXH3-64 of everything before it.
    std::string sealed() &&;
    std::string take() && { return std::move(bytes_); }

  private:
    void integer(std::uint64_t value, unsigned size);
    std::string bytes_;
};

class ByteReader {
  public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(integer(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(integer(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
    std::uint64_t u64() { return integer(8); }
    std::string_view raw(std::size_t size);
    std::string_view text() { return raw(u32()); }
    // A count of items that take at least `item_bytes` each: more than can follow is not ok.
    std::uint32_t count(std::size_t item_bytes);

    bool ok() const noexcept { return ok_; }
    bool at_end() const noexcept { return ok_ && rest_.empty(); }
    std::string_view rest() const noexcept { return rest_; }

  private:
    std::uint64_t integer(unsigned size);
    std::string_view rest_;
    bool ok_ = true;
};

inline constexpr std::size_t kSealBytes = 8;

// Whether the last eight bytes are the XXH3-64 of those before. Strips them if so.
bool unseal(std::string_view& bytes);

}  // namespace refrain::cache
