#include "cache/recording.hpp"

#include <algorithm>
#include <cstring>

namespace refrain::cache {

namespace {

// A block is a quarter of what came before it: few of them, and little room that stays empty.
constexpr std::size_t kOverhead = 32;  // of the allocation, which is to be of a round size
constexpr std::size_t kLeastBlock = 1024 - kOverhead;
constexpr std::size_t kMostBlock = 64 * 1024 - kOverhead;

}  // namespace

Recording::Block& Recording::block_with_room() {
    if (blocks_.empty() || blocks_.back().size == blocks_.back().capacity) {
        const std::size_t more = expected_ > size_ ? expected_ - size_ : size_ / 4;
        const std::size_t capacity = std::clamp(more, kLeastBlock, kMostBlock);
        blocks_.push_back({size_, 0, capacity, std::make_shared_for_overwrite<char[]>(capacity)});
    }
    return blocks_.back();
}

void Recording::append(std::string_view bytes) {
    while (!bytes.empty()) {
        Block& block = block_with_room();
        const std::size_t part = std::min(bytes.size(), block.capacity - block.size);
        std::memcpy(block.bytes.get() + block.size, bytes.data(), part);
        block.size += part;
        size_ += part;
        bytes.remove_prefix(part);
    }
}

void Recording::read(std::size_t from, std::size_t most, std::vector<Piece>& into) const {
    most = std::min(most, size_ - from);
    if (most == 0) return;
    if (body_) {
        into.emplace_back(body_->view().substr(from, most), body_);
        return;
    }
    const auto begins_later = [](std::size_t offset, const Block& one) {
        return offset < one.first;
    };
    // Most readers want the end of the last block.
    auto block = blocks_.end() - 1;
    if (from < block->first) {
        block = std::upper_bound(blocks_.begin(), blocks_.end(), from, begins_later) - 1;
    }
    for (; most > 0; ++block) {
        const std::size_t at = from - block->first;
        const std::size_t part = std::min(most, block->size - at);
        into.emplace_back(std::string_view(block->bytes.get() + at, part), block->bytes);
        from += part;
        most -= part;
    }
}

void Recording::let_go(std::size_t offset) noexcept {
    const auto kept = std::find_if(blocks_.begin(), blocks_.end(), [offset](const Block& block) {
        return block.first + block.size > offset;
    });
    blocks_.erase(blocks_.begin(), kept);
}

Recording Recording::move_to(BodyPtr body) noexcept {
    Recording released;
    released.blocks_.swap(blocks_);
    body_ = std::move(body);
    return released;
}

}  // namespace refrain::cache
