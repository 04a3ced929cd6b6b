// Removals that meet a lookup half way: what was declared dead or deleted does not come back.
#include "cache/disk/disk_tier.hpp"
#include "cache/memory/memory_tier.hpp"
#include "cache/tiered_cache.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

using namespace refrain;
using namespace refrain::cache;

namespace {

constexpr std::size_t kMiB = 1 << 20;

Selector of_model(std::string glob) {
    Selector selector;
    selector.model = std::move(glob);
    return selector;
}

struct Tiers {
    TemporaryDirectory directory;
    FakeClock clock;
    WallClock disk_clock = clock.reader();
    std::chrono::milliseconds purge_pause{3'600'000};
    std::shared_ptr<Invalidation> invalidation;
    std::unique_ptr<TieredCache> cache;

    DiskOptions disk_options() const {
        DiskOptions options;
        options.directory = directory.path();
        options.clock = disk_clock;
        options.invalidation = invalidation;
        return options;
    }

    TieredCache& open() {
        cache.reset();
        invalidation = std::make_shared<Invalidation>();
        auto disk = DiskTier::open(disk_options());
        REQUIRE(disk);
        TieredOptions options;
        options.clock = clock.reader();
        options.invalidation = invalidation;
        options.purge_pause = purge_pause;
        options.error_budget = 1'000;
        cache = std::make_unique<TieredCache>(
            std::make_unique<MemoryTier>(256 * kMiB, clock.reader(), invalidation),
            std::move(*disk),
            options);
        return *cache;
    }
};

void write_entry(const Tiers& tiers, const EntryPtr& entry) {
    auto disk = DiskTier::open(tiers.disk_options());
    REQUIRE(disk);
    REQUIRE((*disk)->put(entry));
}

}  // namespace

TEST_CASE("Rules that come from several threads at once are all there after a restart",
          "[cache][invalidation]") {
    constexpr std::size_t kThreads = 8;
    constexpr std::size_t kRules = 2;
    for (int round = 0; round < 20; ++round) {
        Tiers tiers;
        auto& cache = tiers.open();
        std::vector<std::thread> threads;
        for (std::size_t thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&cache, thread] {
                for (std::size_t i = 0; i < kRules; ++i)
                    (void)cache.invalidate(of_model(std::to_string(thread * 100 + i)), {2'000});
            });
        }
        for (auto& thread : threads)
            thread.join();
        tiers.cache.reset();

        const auto disk = DiskTier::open(tiers.disk_options());
        REQUIRE(disk);
        // As they were in force at the end, in their order.
        REQUIRE((*disk)->read_note("invalidation") == tiers.invalidation->encode());
    }
}

TEST_CASE("What was declared dead while it was read stays dead when the rule is forgotten",
          "[cache][invalidation]") {
    Tiers tiers;
    tiers.purge_pause = std::chrono::milliseconds(1);
    std::atomic<std::thread::id> reader{};
    std::atomic<bool> reads{false};
    // Asked by a lookup after it found the entry's row, before it reads the body.
    tiers.disk_clock = [&, now = tiers.clock.reader()] {
        if (std::this_thread::get_id() == reader) reads = true;
        return now();
    };
    for (int round = 0; round < 4; ++round) {
        tiers.cache.reset();
        write_entry(tiers, sample(1, noise(24 * kMiB)));
        auto& cache = tiers.open();
        reads = false;
        Found found;
        std::thread lookup([&] {
            reader = std::this_thread::get_id();
            found = cache.find(key_of(1));
        });
        while (!reads)
            std::this_thread::yield();
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        REQUIRE(cache.invalidate(of_model("*"), {2'000}));
        lookup.join();
        for (int i = 0; i < 500 && tiers.invalidation->size() > 0; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));

        REQUIRE(tiers.invalidation->size() == 0);
        CHECK_FALSE(cache.find_in_memory(key_of(1)));
        CHECK_FALSE(cache.find(key_of(1)).entry);
    }
}
