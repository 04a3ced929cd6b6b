#include "cache/body.hpp"

#include <utility>

namespace refrain::cache {

namespace {

// None if it is too short for one, or there is none to be had.
MemoryFile file_of(std::span<const std::string_view> pieces, std::size_t size) {
    if (size < kBodyFileFrom) return {};
    auto file = MemoryFile::create(size);
    if (!file.exists()) return {};
    for (const auto piece : pieces) {
        if (!file.append(piece)) return {};
    }
    file.seal();
    return file;
}

}  // namespace

Body::Body(std::string bytes) : heap_(std::move(bytes)), view_(heap_) {}

Body::Body(MemoryFile filled) : file_(std::move(filled)), view_(file_.view()) {}

std::size_t Body::memory_bytes() const noexcept {
    const bool in_object = heap_.capacity() <= std::string().capacity();
    return sizeof(Body) + (in_object ? 0 : heap_.capacity() + 1) + file_.memory_bytes();
}

BodyPtr make_body(std::string bytes) {
    const std::string_view whole = bytes;
    if (auto file = file_of({&whole, 1}, whole.size()); file.exists()) {
        return std::make_shared<const Body>(std::move(file));
    }
    return std::make_shared<const Body>(std::move(bytes));
}

BodyPtr join_body(std::span<const std::string_view> pieces) {
    std::size_t size = 0;
    for (const auto piece : pieces)
        size += piece.size();
    if (auto file = file_of(pieces, size); file.exists()) {
        return std::make_shared<const Body>(std::move(file));
    }
    std::string bytes;
    bytes.reserve(size);
    for (const auto piece : pieces)
        bytes.append(piece);
    return std::make_shared<const Body>(std::move(bytes));
}

}  // namespace refrain::cache
