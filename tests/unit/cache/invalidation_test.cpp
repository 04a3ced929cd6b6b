#include "cache/invalidation.hpp"

#include "cache/disk/disk_tier.hpp"
#include "cache/memory/memory_tier.hpp"
#include "cache/tiered_cache.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

using namespace refrain;
using namespace refrain::cache;

namespace {

EntryPtr entry_of(int number, const std::string& model, std::vector<std::string> tags = {}) {
    auto entry = sample_entry(number, "body " + std::to_string(number));
    entry.model = model;
    entry.tags = std::move(tags);
    return shared(std::move(entry));
}

Selector of_model(std::string glob) {
    Selector selector;
    selector.model = std::move(glob);
    return selector;
}

struct Cache {
    TemporaryDirectory directory;
    FakeClock clock;
    std::shared_ptr<Invalidation> invalidation;
    std::unique_ptr<TieredCache> tiers;

    TieredCache& open(std::size_t memory_bytes = 64 << 20) {
        tiers.reset();
        invalidation = std::make_shared<Invalidation>();
        DiskOptions disk_options;
        disk_options.directory = directory.path();
        disk_options.clock = clock.reader();
        disk_options.invalidation = invalidation;
        auto disk = DiskTier::open(disk_options);
        REQUIRE(disk);
        TieredOptions options;
        options.clock = clock.reader();
        options.invalidation = invalidation;
        options.purge_pause = std::chrono::milliseconds(1);
        tiers = std::make_unique<TieredCache>(
            std::make_unique<MemoryTier>(memory_bytes, clock.reader(), invalidation),
            std::move(*disk),
            options);
        return *tiers;
    }

    bool has(int number) const { return tiers->find(key_of(number)).entry != nullptr; }

    std::vector<Key> listed() const {
        std::vector<Key> keys;
        REQUIRE(tiers->scan(Key{}, [&](const Entry& entry) {
            keys.push_back(entry.key);
            return true;
        }));
        return keys;
    }
};

}  // namespace

TEST_CASE("What was declared dead is found by no name, what shares the name still is",
          "[cache][invalidation]") {
    Cache cache;
    auto& tiers = cache.open();
    const auto named = [&](int number, const std::string& model) {
        auto entry = sample_entry(number, "the same sound");
        entry.model = model;
        entry.names = {"audio:x"};
        entry.created = cache.clock.reader()();
        return shared(std::move(entry));
    };
    tiers.keep(named(1, "tts-1"));
    tiers.keep(named(2, "tts-2"));
    const auto later = cache.clock.reader()().plus(std::chrono::milliseconds(1));

    REQUIRE(tiers.invalidate(of_model("tts-1"), later));
    REQUIRE(tiers.find_named("audio:x").entry);
    CHECK(tiers.find_named("audio:x").entry->model == "tts-2");
    REQUIRE(tiers.invalidate(of_model("tts-2"), later));
    CHECK_FALSE(tiers.find_named("audio:x").entry);
    CHECK_FALSE(tiers.find_named_in_memory("audio:x"));
}

TEST_CASE("A glob's star is any characters, its question mark one", "[cache][invalidation]") {
    CHECK(matches_glob("", ""));
    CHECK(matches_glob("*", ""));
    CHECK(matches_glob("gpt-*", "gpt-4o"));
    CHECK(matches_glob("*4o*", "gpt-4o-mini"));
    CHECK(matches_glob("a?c", "abc"));
    CHECK(matches_glob("*a*b", "xaxbxb"));
    CHECK_FALSE(matches_glob("gpt-4o", "gpt-4o-mini"));
    CHECK_FALSE(matches_glob("a?c", "ac"));
    CHECK_FALSE(matches_glob("", "a"));
    CHECK_FALSE(matches_glob("*a*b", "xaxbx"));
    CHECK_FALSE(matches_glob(std::string(1'000, '*') + "b", std::string(10'000, 'a')));
}

TEST_CASE("A selector wants all that it names, and any of its tags", "[cache][invalidation]") {
    auto entry = sample_entry(1, "{}");
    entry.tags = {"demo", "nightly"};
    entry.voice = "alloy";
    entry.tenant = "acme";
    entry.names = {"memo:report/2026"};
    const auto matches = [&](Selector selector) { return selector.matches(entry); };

    CHECK(matches({}));
    CHECK(matches({{"nightly", "other"}, "gpt-4o*", "chat", "alloy", "acme", "memo:report/*"}));
    CHECK(matches({{}, "", "", "", "", entry.key.hex().substr(0, 8) + "*"}));
    CHECK_FALSE(matches({{"other"}, "", "", "", "", ""}));
    CHECK_FALSE(matches({{"demo"}, "gpt-3*", "", "", "", ""}));
    CHECK_FALSE(matches({{}, "", "", "", "ACME", ""}));
    CHECK_FALSE(matches({{}, "", "", "", "", "memo:other*"}));
}

TEST_CASE("A rule kills what was born before it and no other", "[cache][invalidation]") {
    Invalidation invalidation;
    const auto old = entry_of(1, "gpt-4o");
    CHECK_FALSE(invalidation.may_kill(old->created));

    invalidation.add({of_model("gpt-*"), {1'001}, {}});

    CHECK(invalidation.kills(*old));
    CHECK_FALSE(invalidation.kills(*entry_of(2, "o3")));
    auto young = sample_entry(3, "{}");
    young.created = {1'001};
    CHECK_FALSE(invalidation.kills(young));
}

TEST_CASE("Rules come back as they were, and damaged ones not at all", "[cache][invalidation]") {
    Invalidation written;
    written.add({of_model("gpt-*"), {2'000}, {}});
    written.add({{{"a", "b"}, "", "speech", "alloy", "acme", "x*"}, {3'000}, {}});
    const auto bytes = written.encode();

    Invalidation read;
    REQUIRE(read.restore(bytes));
    CHECK(read.size() == 2);
    CHECK(read.encode() == bytes);
    CHECK(read.kills(*entry_of(1, "gpt-4o")));

    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto damaged = bytes;
        damaged[i] = static_cast<char>(damaged[i] ^ 1);
        Invalidation none;
        CHECK_FALSE(none.restore(damaged));
        CHECK_FALSE(none.restore(bytes.substr(0, i)));
        CHECK(none.size() == 0);
    }
}

TEST_CASE("A rule that says as much takes the place of an older one", "[cache][invalidation]") {
    Invalidation invalidation;
    for (int i = 0; i < 100; ++i)
        invalidation.add({of_model("gpt-*"), {i}, {}});
    CHECK(invalidation.size() == 1);
    invalidation.add({of_model("o3"), {50}, {}});
    CHECK(invalidation.size() == 2);
    invalidation.add({{}, {100}, {}});
    CHECK(invalidation.size() == 1);
}

TEST_CASE("What was declared dead is gone from every tier at once", "[cache][invalidation]") {
    Cache cache;
    auto& tiers = cache.open();
    tiers.keep(entry_of(1, "gpt-4o"));
    tiers.keep(entry_of(2, "o3", {"demo"}));
    tiers.flush();
    tiers.keep(entry_of(3, "gpt-4o"));  // may wait to be written

    REQUIRE(tiers.invalidate(of_model("gpt-*"), {2'000}));

    CHECK_FALSE(cache.has(1));
    CHECK(cache.has(2));
    CHECK_FALSE(cache.has(3));
    CHECK(tiers.stats().memory.entries == 1);
    CHECK(cache.listed() == std::vector<Key>{key_of(2)});

    auto born_after = sample_entry(1, "new");
    born_after.created = {2'000};
    tiers.keep(shared(std::move(born_after)));
    CHECK(cache.has(1));
}

TEST_CASE("A rule is in force after a restart", "[cache][invalidation]") {
    Cache cache;
    cache.open().keep(entry_of(1, "gpt-4o"));
    cache.tiers->keep(entry_of(2, "o3"));
    REQUIRE(cache.tiers->invalidate(of_model("gpt-*"), {2'000}));

    cache.open();

    CHECK_FALSE(cache.has(1));
    CHECK(cache.has(2));
}

TEST_CASE("Space of the dead comes back, and then the rule is forgotten", "[cache][invalidation]") {
    Cache cache;
    auto& tiers = cache.open();
    for (int i = 0; i < 20; ++i)
        tiers.keep(entry_of(i, i % 2 == 0 ? "gpt-4o" : "o3"));
    tiers.flush();
    REQUIRE(tiers.invalidate(of_model("gpt-*"), {2'000}));

    for (int i = 0; i < 6'000 && cache.invalidation->size() > 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));

    CHECK(cache.invalidation->size() == 0);
    CHECK(tiers.stats().disk.entries == 10);
    CHECK_FALSE(cache.has(0));
    CHECK(cache.has(1));
    cache.open();
    CHECK_FALSE(cache.has(0));
}

TEST_CASE("A scan lists memory and disk as one, in the order of keys", "[cache][invalidation]") {
    Cache cache;
    cache.open();
    for (int i = 0; i < 30; ++i)
        cache.tiers->keep(entry_of(i, "gpt-4o"));
    auto& tiers = cache.open();  // all on disk, nothing in memory
    for (int i = 20; i < 40; ++i)
        tiers.keep(entry_of(i, "gpt-4o"));

    const auto all = cache.listed();
    CHECK(all.size() == 40);
    CHECK(std::is_sorted(all.begin(), all.end()));

    std::vector<Key> page;
    REQUIRE(tiers.scan(all[9], [&](const Entry& entry) {
        CHECK(entry.body_bytes() > 0);
        page.push_back(entry.key);
        return page.size() < 5;
    }));
    CHECK(page == std::vector<Key>(all.begin() + 10, all.begin() + 15));
}
