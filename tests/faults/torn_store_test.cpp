// Files of a closed store, damaged every way a disk can: flipped bits, cuts, holes, missing files.
// REFRAIN_TORN_LOOPS sets the number of rounds.
#include "cache/disk/disk_tier.hpp"
#include "faults/processes.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <random>

using namespace refrain;
using namespace refrain::cache;

namespace fs = std::filesystem;

namespace {

constexpr int kEntries = 300;

std::string body_for(int number) {
    return noise(static_cast<std::size_t>(number * 37 % 12'000), number % 50);
}

std::string request_for(int number) {
    return noise(static_cast<std::size_t>(number * 41 % 6'000), number % 7);
}

DiskOptions options_for(const fs::path& directory) {
    DiskOptions options;
    options.directory = directory.string();
    return options;
}

// `flushed`: in tables and blob files as well, not in the log alone.
int write_store(const fs::path& directory, bool flushed) {
    auto disk = DiskTier::open(options_for(directory));
    if (!disk) return 1;
    for (int number = 0; number < kEntries; ++number) {
        if (!(*disk)->put(sample(number, body_for(number)), request_for(number))) return 2;
    }
    if (flushed) {
        // More than the write buffers hold, and gone again.
        for (int i = 0; i < 9; ++i) {
            if (!(*disk)->put(sample(10'000, noise(4 << 20, i)))) return 3;
        }
        if (!(*disk)->remove(key_of(10'000))) return 4;
    }
    return 0;
}

// Opens the damaged store and uses it as a gateway would. 0: nothing wrong was served.
int use_store(const fs::path& directory) {
    auto opened = DiskTier::open(options_for(directory));
    if (!opened) return std::fprintf(stderr, "%s\n", opened.error().message.c_str()), 10;
    auto& disk = **opened;
    for (int round = 0; round < 2; ++round) {
        for (int number = 0; number < kEntries; ++number) {
            const auto got = disk.get(key_of(number));
            if (got && *got && (*got)->body->view() != body_for(number)) return 11;
            const auto asked = disk.request_of(key_of(number));
            if (asked && !asked->empty() && *asked != request_for(number)) return 15;
            // What was found damaged is gone, not found damaged again.
            if (round == 1 && !got) {
                return std::fprintf(stderr, "%s\n", got.error().message.c_str()), 12;
            }
        }
    }
    static_cast<void>(disk.scan({}, [](const Entry&) { return true; }));
    for (int step = 0; step < 10; ++step) {
        static_cast<void>(disk.purge_step());
    }
    // Whatever happened, after a probe it takes entries again.
    if (!disk.put(sample(20'000, "new")) && (!disk.probe() || !disk.put(sample(20'000, "new")))) {
        return 13;
    }
    const auto got = disk.get(key_of(20'000));
    return got && *got && (*got)->body->view() == "new" ? 0 : 14;
}

std::vector<fs::path> files_of(const fs::path& directory) {
    std::vector<fs::path> files;
    for (const auto& item : fs::directory_iterator(directory)) {
        const auto name = item.path().filename().string();
        if (name == "LOCK" || name.starts_with("LOG")) continue;
        if (item.file_size() > 0) files.push_back(item.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

void flip_bits(const fs::path& file, std::mt19937& random, int count) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = fs::file_size(file);
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::streamoff>(random() % size);
        stream.seekg(at);
        const auto byte = static_cast<char>(stream.get() ^ (1 << random() % 8));
        stream.seekp(at);
        stream.put(byte);
    }
}

void damage(const fs::path& file, std::mt19937& random) {
    const auto size = fs::file_size(file);
    switch (random() % 5) {
        case 0: return flip_bits(file, random, 1);
        case 1: return flip_bits(file, random, 40);
        case 2: return fs::resize_file(file, random() % size);
        case 3: {
            fs::resize_file(file, random() % size);
            return fs::resize_file(file, size);  // the rest is zeros
        }
        default: fs::remove(file);
    }
}

// Under ThreadSanitizer a round takes many times as long.
#if defined(__SANITIZE_THREAD__)
constexpr int kRounds = 4;
#else
constexpr int kRounds = 20;
#endif

void check_rounds(bool flushed, int rounds) {
    TemporaryDirectory directory;
    const auto whole = directory.root() / "whole";
    REQUIRE(run_child([&] { return write_store(whole, flushed); }) == 0);
    const auto names = files_of(whole);
    REQUIRE(names.size() >= (flushed ? 8U : 4U));

    std::mt19937 random(static_cast<unsigned>(from_environment("REFRAIN_TORN_SEED", 1)));
    for (int round = 0; round < rounds; ++round) {
        const auto torn = directory.root() / "torn";
        for (const auto& item : fs::directory_iterator(directory.root())) {
            if (item.path() != whole) fs::remove_all(item.path());
        }
        fs::copy(whole, torn, fs::copy_options::recursive);
        const auto victim = names[random() % names.size()].filename();
        CAPTURE(flushed, round, victim.string());
        const auto dice = random;
        damage(torn / victim, random);

        // The second time: the next start finds no trouble.
        for (const int start : {1, 2}) {
            const int code = run_child([&] { return use_store(torn); });
            if (code == 0) continue;
            // Beside what has become of it stays the store as it was damaged.
            auto same = dice;
            fs::copy(whole, directory.root() / "damaged", fs::copy_options::recursive);
            damage(directory.root() / "damaged" / victim, same);
            directory.keep();
            CAPTURE(start, code);
            FAIL("not as it should be; all of it is in " << directory.root().string());
        }
    }
}

}  // namespace

TEST_CASE("A store damaged in any file never serves a wrong byte, and opens", "[faults][disk]") {
    check_rounds(true, from_environment("REFRAIN_TORN_LOOPS", kRounds));
}

TEST_CASE("A store damaged while all of it is in the log never serves a wrong byte, and opens",
          "[faults][disk]") {
    check_rounds(false, from_environment("REFRAIN_TORN_LOOPS", kRounds) / 2);
}

TEST_CASE("A store that cannot be opened is moved aside, and the notice says where to",
          "[faults][disk]") {
    const TemporaryDirectory directory;
    const auto store = directory.root() / "store";
    const auto open_damaged = [&] {
        REQUIRE(run_child([&] { return write_store(store, false); }) == 0);
        std::ofstream(store / "CURRENT") << "nonsense";
        return run_child([&] {
            auto disk = DiskTier::open(options_for(store));
            if (!disk || (*disk)->stats().entries != 0) return 1;
            const auto notice = (*disk)->notice();
            const auto aside = notice.find(store.string() + ".damaged-");
            return aside == std::string::npos ? 2 : 0;
        });
    };
    const auto asides = [&] {
        int count = 0;
        for (const auto& item : fs::directory_iterator(directory.root())) {
            if (item.path().filename().string().starts_with("store.damaged-")) ++count;
        }
        return count;
    };

    CHECK(open_damaged() == 0);
    CHECK(asides() == 1);
    CHECK(open_damaged() == 0);
    CHECK(asides() == 1);
}

TEST_CASE("A store whose index is lost is moved aside instead of being deleted", "[faults][disk]") {
    const TemporaryDirectory directory;
    const auto store = directory.root() / "store";
    REQUIRE(run_child([&] { return write_store(store, true); }) == 0);
    fs::remove(store / "CURRENT");

    const auto code = run_child([&] {
        auto disk = DiskTier::open(options_for(store));
        return disk && !(*disk)->notice().empty() ? 0 : 1;
    });

    CHECK(code == 0);
}
