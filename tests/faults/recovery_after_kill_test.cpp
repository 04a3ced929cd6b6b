// A child keeps and removes entries as fast as it can until SIGKILL ends it at a random moment;
// another opens the store and looks at all it holds. REFRAIN_KILL_LOOPS sets the number of rounds.
#include "cache/disk/disk_tier.hpp"
#include "cache/memory/memory_tier.hpp"
#include "cache/tiered_cache.hpp"
#include "faults/processes.hpp"
#include "support/sanitized.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <random>
#include <thread>
#include <vector>

using namespace refrain;
using namespace refrain::cache;

namespace {

constexpr int kKeys = 400;

// The one right answer to a key: anything else in the store is a wrong byte. Every fourth shares
// its body with others.
std::string body_for(int number) {
    const int seed = number % 4 == 0 ? number % 20 : number;
    const auto size = static_cast<std::size_t>(seed * 7919 % 30'000);
    return number % 3 == 0 ? std::string(size, static_cast<char>('a' + seed % 26))
                           : noise(size, seed);
}

Entry entry_for(int number) {
    auto entry = sample_entry(number, body_for(number));
    entry.names = {"name " + std::to_string(number)};
    entry.usage = std::to_string(number);
    return entry;
}

DiskOptions options_for(const std::string& directory) {
    DiskOptions options;
    options.directory = directory;
    options.capacity_bytes = 3 << 20;  // so that it evicts, too
    return options;
}

int write_until_killed(const std::string& directory, unsigned seed) {
    auto disk = DiskTier::open(options_for(directory));
    if (!disk || !(*disk)->notice().empty()) return 1;
    TieredOptions options;
    options.purge_pause = std::chrono::milliseconds(0);
    TieredCache cache(std::make_unique<MemoryTier>(100'000), std::move(*disk), options);
    std::mt19937 random(seed);
    for (;;) {
        const int number = static_cast<int>(random() % kKeys);
        if (random() % 8 == 0) {
            cache.remove(key_of(number));
        } else {
            cache.keep(shared(entry_for(number)));
        }
        if (random() % 50 == 0) cache.flush();
    }
}

// Of all threads of this process: unlike the time on the clock it does not depend on who else uses
// the machine.
std::chrono::nanoseconds cpu_time() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// 0: all is well. Anything else says what is not.
int inspect(const std::string& directory, int* entries) {
    const auto before = cpu_time();
    auto opened = DiskTier::open(options_for(directory));
    const auto took = cpu_time() - before;
    if (!opened) return std::fprintf(stderr, "%s\n", opened.error().message.c_str()), 10;
    auto& disk = **opened;
    if (!disk.notice().empty()) return 11;
    if (took > std::chrono::seconds(tests::kSlower)) return 12;
    for (int number = 0; number < kKeys; ++number) {
        const auto got = disk.get(key_of(number));
        const auto named = disk.find_names("name " + std::to_string(number), 2);
        if (!got || !named) return 13;
        if (!*got != named->empty()) return 14;
        if (!*got) continue;
        ++*entries;
        if ((*got)->body->view() != body_for(number)) return 15;
        if ((*got)->usage != std::to_string(number) || *named != std::vector{key_of(number)}) {
            return 16;
        }
    }
    const auto stats = disk.stats();
    if (stats.errors != 0) return 17;
    if (stats.entries != static_cast<std::uint64_t>(*entries)) return 18;
    if (stats.bytes > stats.capacity_bytes) return 19;
    return 0;
}

// Every row and body is accounted for: with the last entry the last byte goes.
int empty_it(const std::string& directory) {
    auto opened = DiskTier::open(options_for(directory));
    if (!opened) return 20;
    for (int number = 0; number < kKeys; ++number) {
        if (!(*opened)->remove(key_of(number))) return 21;
    }
    const auto stats = (*opened)->stats();
    return stats.entries == 0 && stats.bytes == 0 ? 0 : 22;
}

}  // namespace

TEST_CASE("After kill -9 at any moment, everything in the store is exactly right",
          "[faults][disk]") {
    const TemporaryDirectory directory;
    const auto seed = static_cast<unsigned>(from_environment("REFRAIN_KILL_SEED", 1));
    std::mt19937 random(seed);
    const int loops = from_environment("REFRAIN_KILL_LOOPS", 20);
    int seen = 0;
    for (int loop = 0; loop < loops; ++loop) {
        CAPTURE(seed, loop);
        const auto round_seed = static_cast<unsigned>(random());
        const auto writer =
            start_child([&] { return write_until_killed(directory.path(), round_seed); });
        // The moment of death is the point of this test.
        std::this_thread::sleep_for(std::chrono::milliseconds(5 + random() % 495));
        kill(writer, SIGKILL);
        REQUIRE(wait_for(writer) == -SIGKILL);

        int entries = 0;
        const auto verdict = run_child([&] {
            const int code = inspect(directory.path(), &entries);
            if (code != 0) return code;
            std::ofstream(directory.root() / "entries") << entries;
            return 0;
        });
        REQUIRE(verdict == 0);
        std::ifstream(directory.root() / "entries") >> entries;
        seen += entries;
    }

    CHECK(seen > 0);
    CHECK(run_child([&] { return empty_it(directory.path()); }) == 0);
}
