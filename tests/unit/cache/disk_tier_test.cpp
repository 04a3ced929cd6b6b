#include "cache/disk/disk_tier.hpp"

#include "cache/name_index.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <thread>

using namespace refrain;
using namespace refrain::cache;

namespace {

struct Disk {
    TemporaryDirectory directory;
    FakeClock clock;
    DiskOptions options;
    std::unique_ptr<DiskTier> tier;

    Disk() {
        options.directory = directory.path();
        options.clock = clock.reader();
        open();
    }
    void open() {
        tier.reset();
        auto opened = DiskTier::open(options);
        REQUIRE(opened);
        tier = std::move(*opened);
    }
    void purge() {
        for (;;) {
            const auto more = tier->purge_step();
            REQUIRE(more);
            if (!*more) return;
        }
    }
    EntryPtr get(int number) {
        auto got = tier->get(key_of(number));
        REQUIRE(got);
        return *got;
    }
};

std::string body_of(const EntryPtr& entry) {
    return entry ? std::string(entry->body->view()) : "(none)";
}

EntryPtr expiring(int number, std::int64_t at, std::string body) {
    auto entry = sample_entry(number, std::move(body));
    entry.expires = {at};
    return shared(std::move(entry));
}

}  // namespace

TEST_CASE("DiskTier: an unknown key is a miss, not an error", "[cache][disk]") {
    Disk disk;

    CHECK(disk.get(1) == nullptr);
    CHECK_FALSE(disk.tier->may_contain(key_of(1)));
    CHECK(*disk.tier->remove(key_of(1)) == false);
    CHECK(disk.tier->find_names("n", kAllNames)->empty());
    CHECK(disk.tier->stats().entries == 0);
    CHECK(disk.tier->stats().bytes == 0);
    CHECK(disk.tier->notice().empty());
}

TEST_CASE("DiskTier: what was put is there after a restart, to the byte", "[cache][disk]") {
    Disk disk;
    const std::vector<std::string> bodies{
        "", "small", std::string(3'000, 'c'), noise(5'000), noise(3'000'000)};
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        auto entry = sample_entry(static_cast<int>(i), bodies[i]);
        entry.tags = {"t"};
        entry.pace = {{1, 2}};
        REQUIRE(disk.tier->put(shared(entry)));
    }
    const auto before = disk.tier->stats();

    disk.open();

    CHECK(disk.tier->stats().entries == bodies.size());
    CHECK(disk.tier->stats().bytes == before.bytes);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        const auto got = disk.get(static_cast<int>(i));
        REQUIRE(got);
        CHECK(got->body->view() == bodies[i]);
        CHECK(got->tags == std::vector<std::string>{"t"});
        CHECK(got->pace.size() == 1);
        CHECK(disk.tier->may_contain(key_of(static_cast<int>(i))));
    }
}

TEST_CASE("DiskTier: a large body comes back in a file, compressed or not", "[cache][disk]") {
    Disk disk;
    const auto bytes = GENERATE(noise(100'000), std::string(100'000, 'a'));
    REQUIRE(disk.tier->put(sample(1, bytes)));

    const auto got = disk.get(1);

    REQUIRE(got);
    CHECK(got->body->descriptor() >= 0);
    CHECK((got->body->view() == bytes));
}

TEST_CASE("DiskTier: equal bodies are stored once, and live as long as anyone has them",
          "[cache][disk]") {
    Disk disk;
    const auto audio = noise(1'000'000);
    REQUIRE(disk.tier->put(sample(1, audio)));
    const auto one = disk.tier->stats().bytes;
    REQUIRE(disk.tier->put(sample(2, audio)));
    REQUIRE(disk.tier->put(sample(3, audio)));
    CHECK(disk.tier->stats().bytes < one + 2'000);

    CHECK(*disk.tier->remove(key_of(1)));
    CHECK(body_of(disk.get(2)) == audio);
    REQUIRE(disk.tier->put(sample(2, "another")));
    CHECK(body_of(disk.get(3)) == audio);
    CHECK(*disk.tier->remove(key_of(3)));
    CHECK(disk.tier->stats().bytes < 2'000);
    CHECK(*disk.tier->remove(key_of(2)));
    CHECK(disk.tier->stats().bytes == 0);
    CHECK(disk.tier->stats().entries == 0);
}

TEST_CASE("DiskTier: the same answer put again changes nothing but itself", "[cache][disk]") {
    Disk disk;
    REQUIRE(disk.tier->put(sample(1, noise(10'000))));
    const auto before = disk.tier->stats();

    REQUIRE(disk.tier->put(sample(1, noise(10'000))));

    CHECK(disk.tier->stats().entries == before.entries);
    CHECK(disk.tier->stats().bytes == before.bytes);
    CHECK(body_of(disk.get(1)) == noise(10'000));
}

TEST_CASE("DiskTier: an expired entry is a miss, and its space is purged", "[cache][disk]") {
    Disk disk;
    for (int i = 0; i < 1'500; ++i) {
        REQUIRE(disk.tier->put(expiring(i, i < 1'000 ? 20'000 : 30'000, std::to_string(i))));
    }
    disk.clock.set(20'000);

    CHECK(disk.get(0) == nullptr);
    CHECK(disk.get(1'000));
    CHECK(disk.tier->stats().entries == 1'500);
    disk.purge();
    CHECK(disk.tier->stats().entries == 500);
    CHECK(disk.tier->stats().evictions == 0);
    disk.clock.set(30'000);
    disk.purge();
    CHECK(disk.tier->stats().entries == 0);
    CHECK(disk.tier->stats().bytes == 0);
}

TEST_CASE("DiskTier: names lead to every entry that carries them", "[cache][disk]") {
    Disk disk;
    auto one = sample_entry(1, "1");
    auto two = sample_entry(2, "2");
    one.names = {"response:a", "shared"};
    two.names = {"shared", std::string(100'000, 'n')};
    REQUIRE(disk.tier->put(shared(one)));
    REQUIRE(disk.tier->put(shared(two)));
    const auto named = [&](const std::string& name) {
        return disk.tier->find_names(name, kAllNames).value();
    };

    CHECK(named("response:a") == std::vector{key_of(1)});
    CHECK(named("shared").size() == 2);
    CHECK(disk.tier->find_names("shared", 1)->size() == 1);
    CHECK(named(two.names[1]) == std::vector{key_of(2)});
    REQUIRE(disk.tier->remove(key_of(1)));
    CHECK(named("response:a").empty());
    CHECK(named("shared") == std::vector{key_of(2)});
    REQUIRE(disk.tier->put(sample(2, "without names")));
    CHECK(named("shared").empty());
    REQUIRE(disk.tier->remove(key_of(2)));
    CHECK(disk.tier->stats().bytes == 0);
}

TEST_CASE("DiskTier: clearing leaves nothing, also after a restart", "[cache][disk]") {
    Disk disk;
    for (int i = 0; i < 300; ++i) {
        auto entry = sample_entry(i, noise(10'000, i));
        entry.names = {"n" + std::to_string(i)};
        REQUIRE(disk.tier->put(shared(entry)));
    }

    REQUIRE(disk.tier->clear());
    REQUIRE(disk.tier->put(sample(1'000, "after")));
    const auto check = [&] {
        CHECK(disk.tier->stats().entries == 1);
        CHECK(disk.get(0) == nullptr);
        CHECK_FALSE(disk.tier->may_contain(key_of(0)));
        CHECK(disk.tier->find_names("n0", kAllNames)->empty());
        CHECK(body_of(disk.get(1'000)) == "after");
    };
    check();
    disk.open();
    check();
}

TEST_CASE("DiskTier: the capacity is never exceeded, and what expires last stays",
          "[cache][disk]") {
    Disk disk;
    disk.options.capacity_bytes = 1 << 20;
    disk.open();
    for (int i = 0; i < 100; ++i) {
        REQUIRE(disk.tier->put(sample(10'000 + i, noise(1'000, i))));
    }

    for (int i = 0; i < 1'500; ++i) {
        REQUIRE(disk.tier->put(expiring(i, 20'000 + i, noise(2'000, i))));
        REQUIRE(disk.tier->stats().bytes <= 1 << 20);
    }

    int forever = 0;
    for (int i = 0; i < 100; ++i) {
        if (disk.get(10'000 + i)) ++forever;
    }
    CHECK(forever == 100);
    CHECK(disk.get(1'499));
    CHECK(disk.tier->stats().bytes > (1 << 20) * 9 / 10);
    CHECK(disk.tier->stats().evictions > 1'000);
}

TEST_CASE("DiskTier: an entry over a limit is refused and nothing is evicted for it",
          "[cache][disk]") {
    Disk disk;
    disk.options.capacity_bytes = 1 << 20;
    disk.options.max_entry_bytes = 2 << 20;
    disk.open();
    REQUIRE(disk.tier->put(sample(1, "x")));

    const auto over_capacity = disk.tier->put(sample(2, noise(1 << 20)));
    const auto over_limit = disk.tier->put(sample(3, noise((2 << 20) + 1)));

    REQUIRE_FALSE(over_capacity);
    REQUIRE_FALSE(over_limit);
    CHECK(over_capacity.error().code == ErrorCode::too_large);
    CHECK(over_limit.error().code == ErrorCode::too_large);
    CHECK(disk.get(1));
    CHECK(disk.tier->stats().errors == 0);
}

TEST_CASE("DiskTier: a store opened with less capacity shrinks to it", "[cache][disk]") {
    Disk disk;
    for (int i = 0; i < 500; ++i) {
        REQUIRE(disk.tier->put(sample(i, noise(4'000, i))));
    }
    disk.options.capacity_bytes = 500'000;
    disk.open();
    CHECK(disk.tier->stats().bytes > 1'000'000);

    disk.purge();

    CHECK(disk.tier->stats().bytes <= 500'000);
    CHECK(disk.tier->stats().bytes > 400'000);
}

TEST_CASE("DiskTier: a scan visits every fresh entry in order, once, without its body",
          "[cache][disk]") {
    Disk disk;
    std::set<Key> expected;
    for (int i = 0; i < 700; ++i) {
        REQUIRE(disk.tier->put(expiring(i, i % 7 == 0 ? 5'000 : 50'000, "b")));
        if (i % 7 != 0) expected.insert(key_of(i));
    }

    std::vector<Key> seen;
    REQUIRE(disk.tier->scan({}, [&](const Entry& entry) {
        CHECK(entry.body == nullptr);
        seen.push_back(entry.key);
        return true;
    }));
    CHECK(std::is_sorted(seen.begin(), seen.end()));
    CHECK(seen == std::vector<Key>(expected.begin(), expected.end()));

    std::vector<Key> rest;
    REQUIRE(disk.tier->scan(seen[300], [&](const Entry& entry) {
        rest.push_back(entry.key);
        return rest.size() < 10;
    }));
    CHECK(rest == std::vector<Key>(seen.begin() + 301, seen.begin() + 311));
}

TEST_CASE("DiskTier: whoever scans may remove what it sees", "[cache][disk]") {
    Disk disk;
    for (int i = 0; i < 600; ++i) {
        REQUIRE(disk.tier->put(sample(i, "b")));
    }

    REQUIRE(disk.tier->scan(
        {}, [&](const Entry& entry) { return disk.tier->remove(entry.key).value_or(false); }));

    CHECK(disk.tier->stats().entries == 0);
    CHECK(disk.tier->stats().bytes == 0);
}

TEST_CASE("DiskTier: a probe finds a healthy store healthy and keeps it", "[cache][disk]") {
    Disk disk;
    REQUIRE(disk.tier->put(sample(1, "x")));
    const auto before = disk.tier->stats();

    CHECK(disk.tier->probe());

    CHECK(disk.tier->stats().bytes == before.bytes);
    CHECK(body_of(disk.get(1)) == "x");
}

TEST_CASE("DiskTier: any mixture of changes leaves exact totals and the right answers",
          "[cache][disk]") {
    Disk disk;
    std::mt19937 random(7);
    std::map<int, std::string> model;
    for (int step = 0; step < 3'000; ++step) {
        const int number = static_cast<int>(random() % 60);
        const auto body = noise(random() % 3 * 3'000 + 10, static_cast<int>(random() % 5));
        switch (random() % 8) {
            case 0: CHECK(*disk.tier->remove(key_of(number)) == (model.erase(number) == 1)); break;
            case 1:
                if (random() % 100 == 0) disk.open();
                break;
            default:
                auto entry = sample_entry(number, body);
                if (random() % 2 == 0) entry.names = {"n" + std::to_string(random() % 20)};
                REQUIRE(disk.tier->put(shared(std::move(entry))));
                model[number] = body;
        }
    }

    CHECK(disk.tier->stats().entries == model.size());
    for (int number = 0; number < 60; ++number) {
        const auto known = model.find(number);
        CHECK(body_of(disk.get(number)) == (known == model.end() ? "(none)" : known->second));
    }
    for (const auto& [number, body] : model) {
        CHECK(*disk.tier->remove(key_of(number)));
    }
    CHECK(disk.tier->stats().entries == 0);
    CHECK(disk.tier->stats().bytes == 0);
}

TEST_CASE("DiskTier: readers, writers and the purge may work at once", "[cache][disk]") {
    Disk disk;
    disk.options.capacity_bytes = 600'000;
    disk.open();
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 400; ++i) {
                const int number = (i * 11 + t) % 90;
                const auto body = noise(10'000, number % 30);
                const auto got = disk.tier->get(key_of(number));
                if (!got || (*got && (*got)->body->view() != body)) ++wrong;
                if (got && !*got && !disk.tier->put(sample(number, body))) ++wrong;
                if (i % 5 == 0 && !disk.tier->remove(key_of(number))) ++wrong;
                if (i % 9 == 0 && !disk.tier->purge_step()) ++wrong;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }

    CHECK(wrong == 0);
    CHECK(disk.tier->stats().errors == 0);
    CHECK(disk.tier->stats().bytes <= 600'000);
}

TEST_CASE("DiskTier: what opening a million entries takes", "[.bench][cache][disk]") {
    Disk disk;
    constexpr int kEntries = 1'000'000;
    for (int i = 0; i < kEntries; ++i) {
        REQUIRE(disk.tier->put(sample(i, "{\"answer\":" + std::to_string(i) + "}")));
    }

    for (int round = 0; round < 3; ++round) {
        disk.tier.reset();
        const auto start = std::chrono::steady_clock::now();
        const auto cpu = std::clock();
        disk.open();
        const auto took = std::chrono::steady_clock::now() - start;
        WARN(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
             << " ms, processors " << (std::clock() - cpu) * 1'000 / CLOCKS_PER_SEC << " ms");
        CHECK(disk.tier->stats().entries == kEntries);
        CHECK(disk.get(kEntries / 2));
    }
}
