// Bytes that what is under way holds in memory, counted against one bound for the whole process.
// Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>

namespace refrain {

class ByteBudget {
  public:
    explicit ByteBudget(std::size_t limit_bytes) noexcept : limit_(limit_bytes) {}

    std::size_t held_bytes() const noexcept { return held_.load(std::memory_order_relaxed); }
    // Above 90 %: hold nothing that can be let go.
    bool is_tight() const noexcept { return held_bytes() > limit_ / 10 * 9; }
    // Above 98 %: begin nothing.
    bool is_spent() const noexcept { return is_spent_by(held_bytes()); }

  private:
    friend class HeldBytes;
    bool is_spent_by(std::size_t bytes) const noexcept { return bytes > limit_ / 50 * 49; }
    const std::size_t limit_;
    std::atomic<std::size_t> held_{0};
};

// One holder's share, given back at the end. Belongs to one thread at a time.
class HeldBytes {
  public:
    explicit HeldBytes(ByteBudget& budget) noexcept : budget_(budget) {}
    ~HeldBytes() { set(0); }
    HeldBytes(const HeldBytes&) = delete;
    HeldBytes& operator=(const HeldBytes&) = delete;

    std::size_t bytes() const noexcept { return bytes_; }
    // Whether the budget is spent by others alone. A single holder may need more than all of it;
    // whoever grows only while this is false, keeps the sum below the limit and one such holder.
    bool is_crowded_out() const noexcept {
        return budget_.is_spent_by(budget_.held_bytes() - bytes_);
    }
    void add(std::size_t bytes) noexcept { set(bytes_ + bytes); }
    void set(std::size_t bytes) noexcept {
        if (bytes == bytes_) return;
        budget_.held_.fetch_add(bytes - bytes_, std::memory_order_relaxed);  // modulo 2^64
        bytes_ = bytes;
    }

  private:
    ByteBudget& budget_;
    std::size_t bytes_ = 0;
};

}  // namespace refrain
