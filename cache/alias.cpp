#include "cache/alias.hpp"

#include "base/digest.hpp"
#include "base/random.hpp"

#define XXH_STATIC_LINKING_ONLY  // the hash state as a local variable
#include <xxhash.h>
#ifdef __x86_64__
#include <xxh_x86dispatch.h>  // the widest vectors this processor has
#endif

#include <algorithm>
#include <array>
#include <cstring>
#include <list>
#include <mutex>
#include <unordered_map>

namespace refrain::cache {

namespace {

constexpr std::size_t kMaxShards = 16;
constexpr std::size_t kShardBytes = 1 << 20;  // at least, else there are fewer shards
constexpr std::size_t kCompareBytes = 256 << 10;
constexpr std::size_t kNodeOverhead = 128;  // list and map nodes, control blocks

using Parts = std::span<const std::string_view>;
using Frame = std::array<char, 8>;

struct Hash {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    bool operator==(const Hash&) const = default;
};

struct HashHash {
    std::size_t operator()(const Hash& hash) const noexcept { return hash.low; }
};

Frame frame_of(std::string_view part) {
    Frame frame;
    const std::uint64_t size = part.size();
    std::memcpy(frame.data(), &size, sizeof size);
    return frame;
}

std::size_t framed_size(Parts parts) {
    std::size_t sum = 0;
    for (const auto part : parts) {
        sum += sizeof(Frame) + part.size();
    }
    return sum;
}

// Drawn once per process: without it nobody can prepare bytes that share a hash, which would cost
// the victim its alias (never its answer, since the bytes are compared).
const std::string& secret() {
    static const std::string drawn = random_bytes(192);
    return drawn;
}

Hash hash_of(Parts parts) {
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    XXH3_128bits_reset_withSecret(&state, secret().data(), secret().size());
    for (const auto part : parts) {
        const auto frame = frame_of(part);
        XXH3_128bits_update(&state, frame.data(), frame.size());
        XXH3_128bits_update(&state, part.data(), part.size());
    }
    const auto digest = XXH3_128bits_digest(&state);
    return {digest.low64, digest.high64};
}

Digest digest_of(Parts parts) {
    Sha256 sha;
    for (const auto part : parts) {
        const auto frame = frame_of(part);
        sha.update({frame.data(), frame.size()});
        sha.update(part);
    }
    return sha.finish();
}

// What is kept of the bytes: themselves, framed, or above kCompareBytes their digest. Immutable.
struct Node {
    std::size_t framed_bytes = 0;
    std::string framed;
    Digest digest;
    AliasPtr alias;

    bool is_for(Parts parts) const {
        if (framed_size(parts) != framed_bytes) return false;
        if (framed_bytes > kCompareBytes) return digest_of(parts) == digest;
        const char* at = framed.data();
        for (const auto part : parts) {
            const auto frame = frame_of(part);
            if (std::memcmp(at, frame.data(), frame.size()) != 0) return false;
            at += frame.size();
            // The frames before were equal, so there are as many bytes left on both sides.
            if (!part.empty() && std::memcmp(at, part.data(), part.size()) != 0) return false;
            at += part.size();
        }
        return true;
    }

    std::size_t size_bytes() const {
        return sizeof(Node) + kNodeOverhead + framed.size() + sizeof(Alias) +
               alias->form.capacity() + alias->operation.capacity() + alias->model.capacity();
    }
};

using NodePtr = std::shared_ptr<const Node>;

NodePtr make_node(Parts parts, AliasPtr alias) {
    auto node = std::make_shared<Node>();
    node->framed_bytes = framed_size(parts);
    node->alias = std::move(alias);
    if (node->framed_bytes > kCompareBytes) {
        node->digest = digest_of(parts);
        return node;
    }
    node->framed.reserve(node->framed_bytes);
    for (const auto part : parts) {
        const auto frame = frame_of(part);
        node->framed.append(frame.data(), frame.size());
        node->framed.append(part);
    }
    return node;
}

struct Slot {
    Hash hash;
    NodePtr node;
    std::size_t bytes = 0;
    bool asked = false;  // since it came or was last spared: the second chance
};

}  // namespace

struct AliasTable::Shard {
    mutable std::mutex mutex;
    std::list<Slot> slots;  // the next to go first
    std::unordered_map<Hash, std::list<Slot>::iterator, HashHash> index;
    std::size_t bytes = 0;

    // REQUIRES: mutex held. What is dropped goes to `dropped`, to be destroyed without the lock.
    void take_out(std::list<Slot>::iterator slot, std::list<Slot>& dropped) {
        bytes -= slot->bytes;
        index.erase(slot->hash);
        dropped.splice(dropped.end(), slots, slot);
    }

    void shrink_to(std::size_t limit, std::list<Slot>& dropped) {
        while (bytes > limit) {
            const auto oldest = slots.begin();
            if (oldest->asked) {
                oldest->asked = false;
                slots.splice(slots.end(), slots, oldest);
            } else {
                take_out(oldest, dropped);
            }
        }
    }
};

AliasTable::AliasTable(std::size_t capacity_bytes)
    : shard_count_(std::clamp<std::size_t>(capacity_bytes / kShardBytes, 1, kMaxShards)),
      capacity_per_shard_(capacity_bytes / shard_count_),
      shards_(std::make_unique<Shard[]>(shard_count_)) {}

AliasTable::~AliasTable() = default;

AliasTable::Shard& AliasTable::shard(std::uint64_t hash) const {
    return shards_[hash % shard_count_];
}

AliasPtr AliasTable::find(Parts parts) const {
    const auto hash = hash_of(parts);
    NodePtr node;
    {
        auto& home = shard(hash.high);
        const std::lock_guard lock(home.mutex);
        const auto found = home.index.find(hash);
        if (found == home.index.end()) return nullptr;
        found->second->asked = true;
        node = found->second->node;
    }
    if (!node->is_for(parts)) return nullptr;
    const auto* alias = node->alias.get();
    return {std::move(node), alias};
}

void AliasTable::put(Parts parts, AliasPtr alias) {
    const auto hash = hash_of(parts);
    auto node = make_node(parts, std::move(alias));
    const auto bytes = node->size_bytes();
    if (bytes > capacity_per_shard_) return;

    std::list<Slot> fresh;
    fresh.push_back({hash, std::move(node), bytes, false});
    std::list<Slot> dropped;
    auto& home = shard(hash.high);
    const std::lock_guard lock(home.mutex);
    if (const auto old = home.index.find(hash); old != home.index.end()) {
        home.take_out(old->second, dropped);
    }
    home.shrink_to(capacity_per_shard_ - bytes, dropped);
    home.index[hash] = fresh.begin();
    home.slots.splice(home.slots.end(), fresh);
    home.bytes += bytes;
}

void AliasTable::clear() {
    for (std::size_t i = 0; i < shard_count_; ++i) {
        std::list<Slot> dropped;
        const std::lock_guard lock(shards_[i].mutex);
        shards_[i].index.clear();
        shards_[i].bytes = 0;
        dropped.swap(shards_[i].slots);
    }
}

std::size_t AliasTable::size_bytes() const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < shard_count_; ++i) {
        const std::lock_guard lock(shards_[i].mutex);
        sum += shards_[i].bytes;
    }
    return sum;
}

}  // namespace refrain::cache
