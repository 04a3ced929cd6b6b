#include "cache/tiered_cache.hpp"

#include "cache/disk/disk_tier.hpp"
#include "cache/memory/memory_tier.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>

#include <thread>

using namespace refrain;
using namespace refrain::cache;

namespace {

constexpr std::size_t kAmple = 64 << 20;

struct Tiers {
    TemporaryDirectory directory;
    FakeClock clock;
    std::size_t memory_bytes = kAmple;
    DiskOptions disk_options;
    TieredOptions options;
    std::unique_ptr<TieredCache> cache;

    Tiers() {
        disk_options.directory = directory.path();
        disk_options.clock = clock.reader();
        options.clock = clock.reader();
    }
    TieredCache& open() {
        cache.reset();
        auto disk = DiskTier::open(disk_options);
        REQUIRE(disk);
        cache = std::make_unique<TieredCache>(
            std::make_unique<MemoryTier>(memory_bytes, clock.reader()), std::move(*disk), options);
        return *cache;
    }
    TieredCache& open_without_disk() {
        cache = std::make_unique<TieredCache>(
            std::make_unique<MemoryTier>(memory_bytes, clock.reader()), nullptr, options);
        return *cache;
    }
};

EntryPtr named(int number, const std::string& name) {
    auto entry = sample_entry(number, "named");
    entry.names = {name};
    return shared(std::move(entry));
}

}  // namespace

TEST_CASE("What is kept is in memory at once and on disk after a restart", "[cache][tiered]") {
    Tiers tiers;
    auto& cache = tiers.open();
    CHECK(cache.find(key_of(1)).entry == nullptr);
    CHECK_FALSE(cache.worth_asking_disk(key_of(1)));

    CHECK(cache.keep(sample(1, "hello")));
    CHECK(cache.find_in_memory(key_of(1)));
    CHECK(cache.find(key_of(1)).tier == "memory");

    auto& again = tiers.open();
    CHECK(again.find_in_memory(key_of(1)) == nullptr);
    CHECK(again.worth_asking_disk(key_of(1)));
    const auto found = again.find(key_of(1));
    REQUIRE(found.entry);
    CHECK(found.entry->body->view() == "hello");
    CHECK(found.tier == "disk");
    CHECK(again.find_in_memory(key_of(1)) == found.entry);
    CHECK(again.find(key_of(1)).tier == "memory");
}

TEST_CASE("What was asked is on disk alone, and bounded", "[cache][tiered]") {
    Tiers tiers;
    auto& cache = tiers.open();
    CHECK(cache.keep(sample(1, "hello"), "asked"));
    CHECK(cache.request_of(key_of(1)) == "asked");  // wherever it is on its way
    cache.flush();
    CHECK(cache.stats().queued_bytes == 0);
    CHECK(cache.request_of(key_of(1)) == "asked");
    CHECK(cache.keep(sample(2), std::string(TieredCache::kMaxRequestBytes + 1, 'x')));
    CHECK(cache.request_of(key_of(2)).empty());
    CHECK(cache.request_of(key_of(3)).empty());

    auto& again = tiers.open();
    CHECK(again.request_of(key_of(1)) == "asked");
    CHECK(again.remove(key_of(1)));
    again.flush();
    CHECK(again.request_of(key_of(1)).empty());

    auto& alone = tiers.open_without_disk();
    CHECK(alone.keep(sample(1, "hello"), "asked"));
    CHECK(alone.request_of(key_of(1)).empty());
}

TEST_CASE("What was asked counts in the queue", "[cache][tiered]") {
    Tiers tiers;
    tiers.options.queue_bytes = 4'000;
    auto& cache = tiers.open();
    CHECK(cache.keep(sample(1, "small"), noise(5'000)));
    cache.flush();
    CHECK(cache.stats().writes_dropped == 1);
    CHECK(cache.stats().disk.entries == 0);
}

TEST_CASE("An entry over the size limit is not kept anywhere", "[cache][tiered]") {
    Tiers tiers;
    tiers.options.max_entry_bytes = 1'000;
    auto& cache = tiers.open();

    CHECK_FALSE(cache.keep(sample(1, std::string(1'001, 'x'))));
    CHECK_FALSE(cache.keep(nullptr));
    CHECK_FALSE(cache.keep(shared(Entry{})));
    CHECK(cache.keep(sample(2, std::string(1'000, 'x'))));
    cache.flush();

    CHECK(cache.find(key_of(1)).entry == nullptr);
    CHECK(cache.stats().disk.entries == 1);
}

TEST_CASE("Memory too small for an entry: the disk has it", "[cache][tiered]") {
    Tiers tiers;
    tiers.memory_bytes = 4'000;
    auto& cache = tiers.open();

    CHECK(cache.keep(sample(1, noise(10'000))));
    CHECK(cache.find_in_memory(key_of(1)) == nullptr);
    CHECK(cache.worth_asking_disk(key_of(1)));
    CHECK(cache.find(key_of(1)).entry);
    cache.flush();
    CHECK(cache.find(key_of(1)).tier == "disk");
}

TEST_CASE("A removed entry is gone from both tiers and stays gone", "[cache][tiered]") {
    Tiers tiers;
    auto& cache = tiers.open();
    const bool flushed = GENERATE(false, true);
    CHECK(cache.keep(sample(1)));
    if (flushed) cache.flush();

    CHECK(cache.remove(key_of(1)));

    CHECK(cache.find(key_of(1)).entry == nullptr);
    CHECK_FALSE(cache.worth_asking_disk(key_of(1)));
    CHECK_FALSE(cache.remove(key_of(1)));
    cache.flush();
    CHECK(cache.find(key_of(1)).entry == nullptr);
    CHECK(tiers.open().find(key_of(1)).entry == nullptr);
}

TEST_CASE("What is kept after a removal is kept", "[cache][tiered]") {
    Tiers tiers;
    auto& cache = tiers.open();
    cache.keep(sample(1, "old"));
    cache.remove(key_of(1));
    cache.keep(sample(1, "new"));

    CHECK(cache.find(key_of(1)).entry->body->view() == "new");
    CHECK(tiers.open().find(key_of(1)).entry->body->view() == "new");
}

TEST_CASE("The latest of several answers to one request is the one on disk", "[cache][tiered]") {
    Tiers tiers;
    auto& cache = tiers.open();
    for (int i = 0; i < 50; ++i) {
        cache.keep(sample(1, "answer " + std::to_string(i)));
    }

    CHECK(tiers.open().find(key_of(1)).entry->body->view() == "answer 49");
    CHECK(tiers.cache->stats().disk.entries == 1);
}

TEST_CASE("An entry is removed by its name wherever it is", "[cache][tiered]") {
    Tiers tiers;
    SECTION("in memory and in the queue") {
        tiers.open().keep(named(1, "response:r"));
    }
    SECTION("in the queue or on disk, not in memory") {
        tiers.memory_bytes = 0;
        tiers.open().keep(named(1, "response:r"));
    }
    SECTION("on disk alone") {
        tiers.open().keep(named(1, "response:r"));
        tiers.open();
    }

    CHECK_FALSE(tiers.cache->remove_named("response:other"));
    CHECK(tiers.cache->remove_named("response:r"));
    CHECK_FALSE(tiers.cache->remove_named("response:r"));

    CHECK(tiers.cache->find(key_of(1)).entry == nullptr);
    tiers.cache->flush();
    CHECK(tiers.open().find(key_of(1)).entry == nullptr);
}

TEST_CASE("Of two entries with one name, either can go and the other is found", "[cache][tiered]") {
    Tiers tiers;
    SECTION("in memory") {}
    SECTION("not in memory") {
        tiers.memory_bytes = 0;
    }
    tiers.open().keep(named(1, "audio:x"));
    tiers.cache->keep(named(2, "audio:x"));
    SECTION("on disk alone") {
        tiers.open();
    }

    CHECK(tiers.cache->find_named("audio:x").entry);
    tiers.cache->remove(key_of(1));
    REQUIRE(tiers.cache->find_named("audio:x").entry);
    CHECK(tiers.cache->find_named("audio:x").entry->key == key_of(2));
    tiers.cache->keep(named(3, "audio:x"));
    CHECK(tiers.cache->remove_named("audio:x"));
    CHECK_FALSE(tiers.cache->find_named("audio:x").entry);
    tiers.cache->flush();
    CHECK_FALSE(tiers.open().find_named("audio:x").entry);
}

TEST_CASE("Clearing takes everything along, queued writes included", "[cache][tiered]") {
    Tiers tiers;
    auto& cache = tiers.open();
    for (int i = 0; i < 200; ++i) {
        cache.keep(sample(i, noise(1'000, i)));
        if (i == 100) cache.flush();
    }

    cache.clear();

    for (int i = 0; i < 200; ++i) {
        REQUIRE(cache.find(key_of(i)).entry == nullptr);
    }
    cache.keep(sample(500, "after"));
    CHECK(cache.find(key_of(500)).entry);
    cache.flush();
    CHECK(cache.stats().disk.entries == 1);
    CHECK(cache.stats().memory.entries == 1);
    CHECK(tiers.open().find(key_of(0)).entry == nullptr);
    CHECK(tiers.cache->find(key_of(500)).entry);
}

TEST_CASE("A full queue drops the write, counts it, and never blocks", "[cache][tiered]") {
    Tiers tiers;
    tiers.options.queue_bytes = 1'000;
    auto& cache = tiers.open();

    CHECK(cache.keep(sample(1, noise(5'000))));
    CHECK(cache.find_in_memory(key_of(1)));
    cache.flush();
    CHECK(cache.stats().writes_dropped == 1);
    CHECK(cache.stats().disk.entries == 0);
    CHECK(cache.stats().queued_bytes == 0);
}

TEST_CASE("A dropped write does not leave an older answer on disk", "[cache][tiered]") {
    Tiers tiers;
    tiers.options.queue_bytes = 4'000;
    auto& cache = tiers.open();
    cache.keep(sample(1, "old"));
    cache.flush();

    cache.keep(sample(1, noise(5'000)));

    CHECK(cache.find(key_of(1)).entry->body->view() == noise(5'000));
    CHECK(tiers.open().find(key_of(1)).entry == nullptr);
}

TEST_CASE("Expired entries are not found in any tier, nor in the queue", "[cache][tiered]") {
    Tiers tiers;
    tiers.memory_bytes = GENERATE(std::size_t{0}, kAmple);
    auto& cache = tiers.open();
    auto entry = sample_entry(1, "x");
    entry.expires = {20'000};
    cache.keep(shared(entry));
    const bool flushed = GENERATE(false, true);
    if (flushed) cache.flush();
    CHECK(cache.find(key_of(1)).entry);

    tiers.clock.set(20'000);

    CHECK(cache.find(key_of(1)).entry == nullptr);
    CHECK(cache.find_in_memory(key_of(1)) == nullptr);
}

TEST_CASE("What has expired leaves the disk while nobody asks", "[cache][tiered]") {
    Tiers tiers;
    auto entry = sample_entry(1, "x");
    entry.expires = {20'000};
    tiers.open().keep(shared(entry));
    tiers.cache->flush();
    tiers.options.purge_pause = std::chrono::milliseconds(0);
    tiers.clock.set(20'000);

    auto& cache = tiers.open();
    // Both have to go, though not in one moment: this waits for ever if they do not.
    for (auto disk = cache.stats().disk; disk.entries > 0 || disk.bytes > 0;
         disk = cache.stats().disk) {
        std::this_thread::yield();
    }
    CHECK(cache.find(key_of(1)).entry == nullptr);
}

TEST_CASE("Without a disk everything works in memory", "[cache][tiered]") {
    Tiers tiers;
    auto& cache = tiers.open_without_disk();

    CHECK(cache.keep(named(1, "n")));
    CHECK(cache.find(key_of(1)).tier == "memory");
    CHECK_FALSE(cache.worth_asking_disk(key_of(1)));
    CHECK(cache.remove_named("n"));
    CHECK_FALSE(cache.remove_named("n"));
    cache.keep(sample(2));
    cache.clear();
    cache.flush();
    CHECK(cache.find(key_of(2)).entry == nullptr);
    CHECK_FALSE(cache.stats().disk_configured);
    CHECK_FALSE(cache.stats().disk_in_service);
}

TEST_CASE("Other forms are kept beside their original", "[cache][tiered]") {
    Tiers tiers;
    auto& cache = tiers.open_without_disk();
    const auto original = sample(1);
    cache.keep(original);
    auto converted = *original;
    converted.form = "sse";
    cache.keep_form(shared(converted));

    CHECK(cache.find_form(key_of(1), "sse")->form == "sse");
    cache.remove(key_of(1));
    CHECK(cache.find_form(key_of(1), "sse") == nullptr);
}

TEST_CASE("Nothing that was removed comes back, whatever reads at that moment",
          "[cache][tiered][threads]") {
    Tiers tiers;
    auto& cache = tiers.open();
    for (int round = 0; round < 150; ++round) {
        tiers.memory_bytes = kAmple;
        cache.keep(sample(round, noise(2'000, round)));
        if (round % 3 != 0) cache.flush();
        std::atomic<bool> removed{false};
        std::atomic<int> resurrected{0};
        std::vector<std::thread> readers;
        for (int i = 0; i < 2; ++i) {
            readers.emplace_back([&] {
                for (int look = 0; look < 40; ++look) {
                    const bool was_removed = removed;
                    if (cache.find(key_of(round)).entry && was_removed) ++resurrected;
                }
            });
        }
        cache.remove(key_of(round));
        removed = true;
        for (auto& reader : readers) {
            reader.join();
        }
        REQUIRE(resurrected == 0);
        REQUIRE(cache.find_in_memory(key_of(round)) == nullptr);
    }
    cache.flush();
    CHECK(cache.stats().disk.entries == 0);
}

TEST_CASE("Threads may keep, find, remove and clear at once", "[cache][tiered][threads]") {
    Tiers tiers;
    tiers.memory_bytes = 100'000;
    const bool with_disk = GENERATE(false, true);
    auto& cache = with_disk ? tiers.open() : tiers.open_without_disk();
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 1'000; ++i) {
                const int number = (i * 17 + t * 5) % 120;
                const auto body = std::to_string(number) + std::string(1'500, 'b');
                const auto found = cache.find(key_of(number));
                if (found.entry && found.entry->body->view() != body) ++wrong;
                if (!found.entry && !cache.keep(sample(number, body))) ++wrong;
                if (i % 7 == 0) cache.remove(key_of(number));
                if (i % 300 == 299 && t == 0) cache.clear();
                if (i % 100 == 99) cache.flush();
                static_cast<void>(cache.worth_asking_disk(key_of(number)));
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    cache.flush();

    CHECK(wrong == 0);
    CHECK(cache.stats().disk.errors == 0);
    CHECK(cache.stats().queued_bytes == 0);
}
