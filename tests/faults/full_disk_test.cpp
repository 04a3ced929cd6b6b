// A disk that takes no more: as a small tmpfs where this process may mount one, and by the limit on
// file sizes, which any process may set for itself.
#include "cache/disk/disk_tier.hpp"
#include "cache/memory/memory_tier.hpp"
#include "cache/tiered_cache.hpp"
#include "faults/processes.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>
#include <sys/mount.h>
#include <sys/resource.h>

#include <chrono>
#include <thread>

using namespace refrain;
using namespace refrain::cache;

namespace {

std::unique_ptr<TieredCache> open_cache(const std::string& directory,
                                        std::uint64_t min_free_bytes = 0) {
    DiskOptions disk_options;
    disk_options.directory = directory;
    disk_options.min_free_bytes = min_free_bytes;
    auto disk = DiskTier::open(disk_options);
    REQUIRE(disk);
    TieredOptions options;
    options.error_budget = 3;
    options.retry_after = std::chrono::milliseconds(20);
    return std::make_unique<TieredCache>(
        std::make_unique<MemoryTier>(64 << 10), std::move(*disk), options);
}

// Until the disk is in service or out of it, at most a minute.
bool reaches(const TieredCache& cache, bool in_service) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < deadline) {
        if (cache.stats().disk_in_service == in_service) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
}

void keep_some(TieredCache& cache, int from) {
    for (int i = from; i < from + 20; ++i) {
        cache.keep(sample(i, noise(100'000, i)));
        cache.flush();
    }
}

// The disk fails, requests go on, the disk comes back: the same story for every cause.
void check_story(TieredCache& cache, const std::function<void()>& heal) {
    CHECK(reaches(cache, false));
    const auto failed = cache.stats();
    CHECK(failed.disk.errors >= 3);
    CHECK(failed.writes_dropped > 0);
    CHECK(cache.keep(sample(5'000, "kept in memory")));
    CHECK(cache.find(key_of(5'000)).tier == "memory");
    CHECK(cache.find(key_of(9'999)).entry == nullptr);
    CHECK_FALSE(cache.worth_asking_disk(key_of(1)));

    heal();
    REQUIRE(reaches(cache, true));
    const auto found = cache.find(key_of(1));
    CHECK((!found.entry || found.entry->body->view() == noise(100'000, 1)));
    cache.keep(sample(6'000, noise(100'000, 6'000)));
    cache.flush();
    const auto kept = cache.find(key_of(6'000));
    REQUIRE(kept.entry);
    CHECK(kept.tier == "disk");
    CHECK(kept.entry->body->view() == noise(100'000, 6'000));
}

class Tmpfs {
  public:
    explicit Tmpfs(std::string at) : at_(std::move(at)) {
        std::filesystem::create_directories(at_);
        mounted_ = mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=8m") == 0;
    }
    ~Tmpfs() {
        if (mounted_) umount2(at_.c_str(), MNT_DETACH);
    }
    Tmpfs(const Tmpfs&) = delete;
    Tmpfs& operator=(const Tmpfs&) = delete;
    bool mounted() const { return mounted_; }
    void enlarge() const {
        REQUIRE(mount("tmpfs", at_.c_str(), "tmpfs", MS_REMOUNT, "size=64m") == 0);
    }

  private:
    std::string at_;
    bool mounted_ = false;
};

// While it lives, no file of this process can be written beyond a few bytes: EFBIG.
class TinyFiles {
  public:
    TinyFiles() {
        getrlimit(RLIMIT_FSIZE, &before_);
        signal_ = signal(SIGXFSZ, SIG_IGN);
        auto tiny = before_;
        tiny.rlim_cur = 16;
        setrlimit(RLIMIT_FSIZE, &tiny);
    }
    ~TinyFiles() { lift(); }
    TinyFiles(const TinyFiles&) = delete;
    TinyFiles& operator=(const TinyFiles&) = delete;
    void lift() {
        setrlimit(RLIMIT_FSIZE, &before_);
        signal(SIGXFSZ, signal_);
    }

  private:
    rlimit before_{};
    sighandler_t signal_ = SIG_DFL;
};

}  // namespace

TEST_CASE("A full disk goes out of service, requests go on, and it heals when space returns",
          "[faults][disk]") {
    const TemporaryDirectory directory;
    const Tmpfs disk(directory.path());
    if (!disk.mounted()) {
        WARN("skipped: this process may not mount a tmpfs");
        return;
    }
    const auto cache = open_cache(directory.path() + "/store");
    for (int from = 0; from < 200 && cache->stats().disk_in_service; from += 20) {
        keep_some(*cache, from);
    }

    check_story(*cache, [&] { disk.enlarge(); });
}

TEST_CASE("A disk with little space left takes no more entries, but serves those it has",
          "[faults][disk]") {
    const TemporaryDirectory directory;
    const Tmpfs disk(directory.path());
    if (!disk.mounted()) {
        WARN("skipped: this process may not mount a tmpfs");
        return;
    }
    const auto cache = open_cache(directory.path() + "/store", 4 << 20);

    keep_some(*cache, 0);
    keep_some(*cache, 20);
    keep_some(*cache, 40);
    keep_some(*cache, 60);

    CHECK(cache->stats().disk_in_service);
    CHECK(cache->stats().disk.errors == 0);
    CHECK(cache->stats().writes_dropped > 0);
    CHECK(std::filesystem::space(directory.path()).available >= 3 << 20);
    const auto found = cache->find(key_of(0));
    CHECK(found.tier == "disk");
    disk.enlarge();
    cache->keep(sample(1'000, noise(100'000, 1'000)));
    cache->flush();
    CHECK(cache->find(key_of(1'000)).tier == "disk");
}

TEST_CASE("A disk that refuses writes goes out of service and comes back by itself",
          "[faults][disk]") {
    const TemporaryDirectory directory;
    const auto cache = open_cache(directory.path());
    keep_some(*cache, 0);
    REQUIRE(cache->stats().disk_in_service);
    TinyFiles failing;
    keep_some(*cache, 100);

    check_story(*cache, [&] { failing.lift(); });
}

TEST_CASE("An entry removed while the disk refuses writes is gone when it is back",
          "[faults][disk]") {
    const TemporaryDirectory directory;
    const auto cache = open_cache(directory.path());
    keep_some(*cache, 0);
    auto named = sample_entry(50, noise(100'000, 50));
    named.names = {"response:r"};
    cache->keep(shared(named));
    cache->flush();
    TinyFiles failing;
    keep_some(*cache, 100);
    REQUIRE(reaches(*cache, false));

    CHECK(cache->remove(key_of(1)));
    cache->remove_named("response:r");
    cache->flush();
    failing.lift();
    REQUIRE(reaches(*cache, true));

    CHECK(cache->find(key_of(1)).entry == nullptr);
    CHECK(cache->find(key_of(50)).entry == nullptr);
    CHECK(cache->find(key_of(2)).entry);
}

TEST_CASE("A disk too full to begin with is refused with a sentence", "[faults][disk]") {
    const TemporaryDirectory directory;
    const auto code = run_child([&] {
        const TinyFiles failing;
        DiskOptions options;
        options.directory = directory.path();
        const auto disk = DiskTier::open(options);
        if (disk) return 1;
        return disk.error().message.find(directory.path()) == std::string::npos ? 2 : 0;
    });

    CHECK(code == 0);
}
