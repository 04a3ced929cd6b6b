#include "cache/memory/memory_tier.hpp"

#include "cache/name_index.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

using namespace refrain;
using namespace refrain::cache;

namespace {

constexpr std::size_t kAmple = 64 << 20;

EntryPtr in_form(const EntryPtr& original, std::string form, std::string body) {
    auto converted = *original;
    converted.form = std::move(form);
    converted.body_digest = sha256(body);
    converted.body = make_body(std::move(body));
    return shared(std::move(converted));
}

}  // namespace

TEST_CASE("MemoryTier: an unknown key is a miss, not an error", "[cache][memory]") {
    MemoryTier tier(kAmple);

    const auto got = tier.get(key_of(1));

    REQUIRE(got);
    CHECK(*got == nullptr);
    CHECK(tier.get_form(key_of(1), "json") == nullptr);
    CHECK(*tier.remove(key_of(1)) == false);
}

TEST_CASE("MemoryTier: what was put is what is found, the very same object", "[cache][memory]") {
    MemoryTier tier(kAmple);
    const auto entry = sample(1, "hello");
    REQUIRE(tier.put(entry));

    CHECK(*tier.get(key_of(1)) == entry);
    CHECK(tier.stats().entries == 1);
    CHECK(tier.stats().bytes >= entry->size_bytes());

    const auto replacement = sample(1, "other");
    REQUIRE(tier.put(replacement));
    CHECK(*tier.get(key_of(1)) == replacement);
    CHECK(tier.stats().entries == 1);

    CHECK(*tier.remove(key_of(1)));
    CHECK(*tier.get(key_of(1)) == nullptr);
    CHECK(tier.stats().entries == 0);
    CHECK(tier.stats().bytes == 0);
}

TEST_CASE("MemoryTier: an expired entry is a miss and takes no more room", "[cache][memory]") {
    FakeClock clock;
    MemoryTier tier(kAmple, clock.reader());
    auto entry = sample_entry(1, "x");
    entry.expires = {20'000};
    entry.names = {"n"};
    REQUIRE(tier.put(shared(entry)));

    clock.set(19'999);
    CHECK(*tier.get(key_of(1)));
    clock.set(20'000);
    CHECK(tier.get_form(key_of(1), "json") == nullptr);
    CHECK(*tier.get(key_of(1)) == nullptr);
    CHECK(tier.stats().bytes == 0);
    CHECK(tier.find_names("n", kAllNames).empty());
    CHECK(tier.stats().evictions == 0);
}

TEST_CASE("MemoryTier: the bound holds, and what is used stays", "[cache][memory]") {
    constexpr std::size_t kCapacity = 1 << 20;
    MemoryTier tier(kCapacity);
    REQUIRE(tier.put(sample(-1, "hot")));

    for (int i = 0; i < 2'000; ++i) {
        REQUIRE(tier.put(sample(i, noise(2'000, i))));
        REQUIRE(*tier.get(key_of(-1)));
        REQUIRE(tier.stats().bytes <= kCapacity);
    }

    CHECK(tier.stats().bytes > kCapacity * 9 / 10);
    CHECK(tier.stats().evictions + tier.stats().entries == 2'001);
    CHECK(*tier.get(key_of(0)) == nullptr);
    CHECK(*tier.get(key_of(1'999)));
}

TEST_CASE("MemoryTier: one entry may take nearly all of it, and then others none",
          "[cache][memory]") {
    constexpr std::size_t kCapacity = 1 << 20;
    MemoryTier tier(kCapacity);
    for (int i = 0; i < 100; ++i) {
        REQUIRE(tier.put(sample(i, noise(2'000, i))));
    }

    REQUIRE(tier.put(sample(200, noise(kCapacity - 8'000))));

    CHECK(*tier.get(key_of(200)));
    CHECK(tier.stats().bytes <= kCapacity);

    REQUIRE(tier.put(sample(201, noise(kCapacity + 1))));
    CHECK(*tier.get(key_of(201)) == nullptr);
    CHECK(*tier.get(key_of(200)));
}

TEST_CASE("MemoryTier: an entry too large for it takes its predecessor along", "[cache][memory]") {
    MemoryTier tier(1 << 16);
    REQUIRE(tier.put(sample(1, "old")));

    REQUIRE(tier.put(sample(1, noise(1 << 17))));

    CHECK(*tier.get(key_of(1)) == nullptr);
    CHECK(tier.stats().bytes == 0);
}

TEST_CASE("MemoryTier: other forms are found beside the entry and counted", "[cache][memory]") {
    MemoryTier tier(kAmple);
    const auto original = sample(1, "{}");
    REQUIRE(tier.put(original));
    const auto before = tier.stats().bytes;
    const auto sse = in_form(original, "sse", std::string(5'000, 's'));

    CHECK(tier.get_form(key_of(1), "sse") == nullptr);
    tier.put_form(sse);
    CHECK(tier.get_form(key_of(1), "sse") == sse);
    CHECK(tier.get_form(key_of(1), "json") == original);
    CHECK(*tier.get(key_of(1)) == original);
    CHECK(tier.stats().bytes >= before + 5'000);
    CHECK(tier.stats().entries == 1);

    const auto with_form = tier.stats().bytes;
    const auto again = in_form(original, "sse", std::string(5'000, 't'));
    tier.put_form(again);
    CHECK(tier.get_form(key_of(1), "sse") == again);
    CHECK(tier.stats().bytes == with_form);

    REQUIRE(tier.remove(key_of(1)));
    CHECK(tier.get_form(key_of(1), "sse") == nullptr);
    CHECK(tier.stats().bytes == 0);
}

TEST_CASE("MemoryTier: a form of what is gone or replaced is not kept", "[cache][memory]") {
    MemoryTier tier(kAmple);
    const auto old = sample(1, "old");
    tier.put_form(in_form(old, "sse", "x"));
    CHECK(tier.stats().bytes == 0);

    auto newer = sample_entry(1, "new");
    newer.created = {2'000};
    REQUIRE(tier.put(shared(newer)));
    tier.put_form(in_form(old, "sse", "x"));

    CHECK(tier.get_form(key_of(1), "sse") == nullptr);
}

TEST_CASE("MemoryTier: forms count against the bound", "[cache][memory]") {
    constexpr std::size_t kCapacity = 256 << 10;
    MemoryTier tier(kCapacity);
    for (int i = 0; i < 50; ++i) {
        const auto original = sample(i, noise(2'000, i));
        REQUIRE(tier.put(original));
        tier.put_form(in_form(original, "sse", noise(10'000, i)));
        REQUIRE(tier.stats().bytes <= kCapacity);
    }
    const auto large = sample(100, "{}");
    REQUIRE(tier.put(large));
    tier.put_form(in_form(large, "sse", noise(kCapacity)));

    CHECK(tier.get_form(key_of(100), "sse") == nullptr);
    CHECK(*tier.get(key_of(100)));
}

TEST_CASE("MemoryTier: a name leads to every entry that has it, while it is here",
          "[cache][memory]") {
    MemoryTier tier(kAmple);
    auto one = sample_entry(1, "1");
    auto two = sample_entry(2, "2");
    one.names = {"a", "shared"};
    two.names = {"shared"};
    REQUIRE(tier.put(shared(one)));
    REQUIRE(tier.put(shared(two)));

    CHECK(tier.find_names("a", kAllNames) == std::vector{key_of(1)});
    CHECK(tier.find_names("shared", kAllNames).size() == 2);
    CHECK(tier.find_names("shared", 1).size() == 1);
    REQUIRE(tier.remove(key_of(1)));
    CHECK(tier.find_names("a", kAllNames).empty());
    CHECK(tier.find_names("shared", kAllNames) == std::vector{key_of(2)});
    REQUIRE(tier.clear());
    CHECK(tier.find_names("shared", kAllNames).empty());
    CHECK(tier.stats().entries == 0);
    CHECK(tier.stats().bytes == 0);
}

TEST_CASE("MemoryTier: threads may do everything at once", "[cache][memory][threads]") {
    constexpr std::size_t kCapacity = 256 << 10;
    MemoryTier tier(kCapacity);
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 5'000; ++i) {
                const int number = (i * 13 + t * 7) % 300;
                auto got = tier.get(key_of(number));
                if (got && *got && (*got)->key != key_of(number)) ++wrong;
                if (got && !*got) {
                    auto entry = sample_entry(number, std::string(2'000, 'x'));
                    entry.names = {"n" + std::to_string(number)};
                    const auto kept = shared(std::move(entry));
                    if (!tier.put(kept)) ++wrong;
                    tier.put_form(in_form(kept, "sse", std::string(500, 'y')));
                }
                if (i % 50 == 0 && !tier.remove(key_of(number))) ++wrong;
                static_cast<void>(tier.find_names("n" + std::to_string(number), kAllNames));
                static_cast<void>(tier.get_form(key_of(number), "sse"));
                if (t == 0 && i % 2'000 == 1'999 && !tier.clear()) ++wrong;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }

    CHECK(wrong == 0);
    CHECK(tier.stats().bytes <= kCapacity);
    REQUIRE(tier.clear());
    CHECK(tier.stats().bytes == 0);
    CHECK(tier.stats().entries == 0);
}

TEST_CASE("MemoryTier: what a hit costs", "[.bench][cache][memory]") {
    MemoryTier tier(kAmple);
    constexpr int kEntries = 10'000;
    std::vector<Key> keys;
    for (int i = 0; i < kEntries; ++i) {
        keys.push_back(key_of(i));
        REQUIRE(tier.put(sample(i, std::string(2'000, 'x'))));
    }
    constexpr int kRounds = 100;
    const auto start = std::chrono::steady_clock::now();
    std::size_t found = 0;
    for (int round = 0; round < kRounds; ++round) {
        for (const auto& key : keys) {
            if (*tier.get(key)) ++found;
        }
    }
    const auto took = std::chrono::steady_clock::now() - start;
    CHECK(found == kEntries * kRounds);
    WARN(std::chrono::duration_cast<std::chrono::nanoseconds>(took).count() / (kEntries * kRounds)
         << " ns");
}
