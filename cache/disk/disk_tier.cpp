#include "cache/disk/disk_tier.hpp"

#include "cache/disk/store.hpp"

#include <exception>
#include <utility>

namespace refrain::cache {

namespace {

constexpr std::size_t kScanRows = 256;

tl::unexpected<Error> threw(const std::exception& exception) {
    return failure(
        ErrorCode::broken, Origin::cache, std::string("disk store: ") + exception.what());
}

}  // namespace

// Every way into the store: shared with the other users, and no exception comes out.
template <class Verb>
auto DiskTier::use(Verb verb) const -> decltype(verb(std::declval<Store&>())) {
    try {
        const std::shared_lock lock(store_->life);
        if (!store_->database) {
            return failure(ErrorCode::unavailable, Origin::cache, "the disk store is closed");
        }
        return verb(*store_);
    } catch (const std::exception& exception) {
        return threw(exception);
    }
}

DiskTier::DiskTier(std::unique_ptr<Store> store) : store_(std::move(store)) {}

DiskTier::~DiskTier() = default;

Result<std::unique_ptr<DiskTier>> DiskTier::open(const DiskOptions& options) {
    try {
        auto store = std::make_unique<Store>(options);
        if (auto opened = store->open(); !opened) return failure(opened.error());
        return std::unique_ptr<DiskTier>(new DiskTier(std::move(store)));
    } catch (const std::exception& exception) {
        return threw(exception);
    }
}

std::string DiskTier::notice() const {
    const std::shared_lock lock(store_->life);
    return store_->notice;
}

Result<void> DiskTier::probe() {
    if (use([](Store& store) { return store.try_writing(); })) return {};
    try {
        const std::unique_lock lock(store_->life);
        store_->database.reset();
        // Opening writes next to nothing: a full disk may well have room for that.
        return store_->open().and_then([&] { return store_->try_writing(); });
    } catch (const std::exception& exception) {
        return threw(exception);
    }
}

Result<EntryPtr> DiskTier::get(const Key& key) {
    return use([&](Store& store) { return store.get(key); });
}

Result<void> DiskTier::put(const EntryPtr& entry) {
    return put(entry, "");
}

Result<void> DiskTier::put(const EntryPtr& entry, std::string_view request) {
    return use([&](Store& store) { return store.put(entry, request); });
}

Result<std::string> DiskTier::request_of(const Key& key) const {
    return use([&](Store& store) { return store.request_of(key); });
}

Result<bool> DiskTier::remove(const Key& key) {
    return use([&](Store& store) { return store.remove(key); });
}

Result<void> DiskTier::clear() {
    return use([](Store& store) { return store.clear(); });
}

TierStats DiskTier::stats() const {
    return store_->stats();
}

bool DiskTier::may_contain(const Key& key) const {
    try {
        // While the database is opened again, or could not be, nobody knows; and a loop cannot
        // wait.
        const std::shared_lock lock(store_->life, std::try_to_lock);
        if (!lock.owns_lock()) return true;
        return !store_->database || store_->may_contain(key);
    } catch (const std::exception&) {
        return true;
    }
}

Result<std::vector<Key>> DiskTier::find_names(std::string_view name, std::size_t limit) const {
    return use([&](Store& store) { return store.find_names(name, limit); });
}

Result<void> DiskTier::write_note(std::string_view name, std::string_view bytes) {
    return use([&](Store& store) { return store.write_note(name, bytes); });
}

Result<std::string> DiskTier::read_note(std::string_view name) const {
    return use([&](Store& store) { return store.read_note(name); });
}

Result<bool> DiskTier::purge_step() {
    return use([](Store& store) { return store.purge_step(); });
}

Result<void> DiskTier::scan(const Key& after,
                            const std::function<bool(const Entry&)>& visit) const {
    // In portions, so that `visit` may call back: no lock is held while it runs.
    for (Key from = after;;) {
        Key last;
        const auto portion =
            use([&](Store& store) { return store.entries_after(from, kScanRows, last); });
        if (!portion) return failure(portion.error());
        for (const auto& entry : *portion) {
            if (!visit(entry)) return {};
        }
        if (last == from) return {};
        from = last;
    }
}

}  // namespace refrain::cache
