#include "cache/bytes.hpp"

#include "base/check.hpp"

#include <xxhash.h>

#include <limits>
#include <utility>

namespace refrain::cache {

void ByteWriter::text(std::string_view bytes) {
    REFRAIN_CHECK(bytes.size() <= std::numeric_limits<std::uint32_t>::max(), "a field over 4 GiB");
    u32(static_cast<std::uint32_t>(bytes.size()));
    raw(bytes);
}

std::string ByteWriter::sealed() && {
    u64(XXH3_64bits(bytes_.data(), bytes_.size()));
    return std::move(bytes_);
}

void ByteWriter::integer(std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) {
        bytes_.push_back(static_cast<char>(value & 0xff));
        value >>= 8;
    }
}

std::string_view ByteReader::raw(std::size_t size) {
    if (!ok_ || size > rest_.size()) {
        ok_ = false;
        return {};
    }
    const auto field = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return field;
}

std::uint32_t ByteReader::count(std::size_t item_bytes) {
    const auto items = u32();
    if (items > rest_.size() / item_bytes) ok_ = false;
    return ok_ ? items : 0;
}

std::uint64_t ByteReader::integer(unsigned size) {
    const auto field = raw(size);
    std::uint64_t value = 0;
    for (std::size_t i = field.size(); i > 0; --i) {
        value = value << 8 | static_cast<unsigned char>(field[i - 1]);
    }
    return value;
}

bool unseal(std::string_view& bytes) {
    if (bytes.size() < kSealBytes) return false;
    const auto content = bytes.substr(0, bytes.size() - kSealBytes);
    ByteReader seal(bytes.substr(content.size()));
    if (seal.u64() != XXH3_64bits(content.data(), content.size())) return false;
    bytes = content;
    return true;
}

}  // namespace refrain::cache
