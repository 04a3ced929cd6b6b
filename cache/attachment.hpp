// What a floor above works out about an entry when it is first wanted, and finds again without a
// search. It belongs to that one object: a copy has none. Any thread.
#pragma once

#include <atomic>
#include <memory>

namespace refrain::cache {

// Derive from it.
struct Attached {
    virtual ~Attached() = default;
};

class Attachment {
  public:
    Attachment() = default;
    ~Attachment() { delete attached_.load(std::memory_order_acquire); }
    Attachment(const Attachment& /*other*/) noexcept {}
    Attachment& operator=(const Attachment& /*other*/) noexcept { return *this; }

    // Null until something was attached.
    const Attached* get() const noexcept { return attached_.load(std::memory_order_acquire); }
    // The first to come stays; returns the one that did.
    const Attached& attach(std::unique_ptr<const Attached> made) const noexcept {
        const Attached* none = nullptr;
        if (attached_.compare_exchange_strong(none, made.get(), std::memory_order_acq_rel)) {
            return *made.release();
        }
        return *none;
    }

  private:
    mutable std::atomic<const Attached*> attached_{nullptr};
};

}  // namespace refrain::cache
