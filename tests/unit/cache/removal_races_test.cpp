// Removals that meet a lookup half way: what was declared dead or deleted does not come back.
#include "cache/disk/disk_tier.hpp"
#include "cache/memory/memory_tier.hpp"
#include "cache/tiered_cache.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

using namespace refrain;
using namespace refrain::cache;

namespace fs = std::filesystem;

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

// On disk, with some ballast if tables are to be written.
void write_entry(const Tiers& tiers, const EntryPtr& entry, int ballast = 0) {
    auto disk = DiskTier::open(tiers.disk_options());
    REQUIRE(disk);
    REQUIRE((*disk)->put(entry));
    for (int i = 0; i < ballast; ++i)
        REQUIRE((*disk)->put(sample(10'000, noise(4 * kMiB, i))));
}

void flip_byte(const fs::path& file, std::streamoff at) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(at);
    const auto byte = static_cast<char>(stream.get() ^ 1);
    stream.seekp(at);
    stream.put(byte);
}

// Damages the table of names and no other. False: there is none yet.
bool spoil_names(const Tiers& tiers, const Key& key, const std::string& name) {
    std::vector<fs::path> tables;
    for (const auto& item : fs::directory_iterator(tiers.directory.path())) {
        if (item.path().extension() == ".sst") tables.push_back(item.path());
    }
    auto options = tiers.disk_options();
    options.directory = tiers.directory.root() / "trial";
    for (const auto& table : tables) {
        fs::remove_all(options.directory);
        fs::copy(tiers.directory.path(), options.directory, fs::copy_options::recursive);
        flip_byte(fs::path(options.directory) / table.filename(), 8);
        const auto disk = DiskTier::open(options);
        if (!disk || !(*disk)->get(key).value_or(nullptr)) continue;
        if ((*disk)->find_names(name, 1)) continue;
        flip_byte(table, 8);
        return true;
    }
    return false;
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

TEST_CASE("A removal by name that the disk cannot make yet is in force at once",
          "[cache][tiered]") {
    Tiers tiers;
    auto entry = sample_entry(1, "a stored response");
    entry.names = {"response:r"};
    write_entry(tiers, shared(entry), 9);
    REQUIRE(spoil_names(tiers, key_of(1), "response:r"));
    auto& cache = tiers.open();

    (void)cache.remove_named("response:r");
    CHECK_FALSE(cache.find(key_of(1)).entry);
    cache.flush();
    CHECK_FALSE(cache.find(key_of(1)).entry);
    CHECK_FALSE(cache.find_in_memory(key_of(1)));
    CHECK(cache.stats().disk_in_service);

    // What is bought from then on is another one.
    cache.keep(shared(entry));
    CHECK(cache.find(key_of(1)).entry);
}
