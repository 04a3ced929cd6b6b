// A disk with room to open the store but not to write to it is not well.
#include "cache/disk/disk_tier.hpp"
#include "faults/processes.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>
#include <sys/resource.h>

#include <csignal>

using namespace refrain;
using namespace refrain::cache;

namespace {

// 0: the disk said that it is full for as long as it was, and then that it is well.
int probe_full_disk(const std::string& directory) {
    DiskOptions options;
    options.directory = directory;
    auto disk = DiskTier::open(options);
    if (!disk || !(*disk)->put(sample(1, "small"))) return 1;
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit tight = before;
    tight.rlim_cur = 32 << 10;  // what opening writes is less, an entry may be more
    ::setrlimit(RLIMIT_FSIZE, &tight);
    for (int i = 0; i < 3; ++i) {
        if ((*disk)->probe()) return 10 + i;
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    if (!(*disk)->probe()) return 2;
    if (!(*disk)->put(sample(2, noise(100'000)))) return 3;
    const auto kept = (*disk)->get(key_of(1));
    return kept && *kept ? 0 : 4;
}

}  // namespace

TEST_CASE("A probe tells of a full disk though the store can be opened again", "[faults][disk]") {
    const TemporaryDirectory directory;
    CHECK(run_child([&] { return probe_full_disk(directory.path()); }) == 0);
}
