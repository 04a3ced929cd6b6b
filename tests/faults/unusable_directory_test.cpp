#include "cache/disk/disk_tier.hpp"
#include "faults/processes.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <fstream>

using namespace refrain;
using namespace refrain::cache;

namespace fs = std::filesystem;

namespace {

std::string refusal(const std::string& directory) {
    DiskOptions options;
    options.directory = directory;
    const auto disk = DiskTier::open(options);
    return disk ? "(opened)" : disk.error().message;
}

}  // namespace

TEST_CASE("The data directory is made for its owner alone", "[faults][disk]") {
    const TemporaryDirectory directory;
    const auto deep = directory.root() / "a" / "b" / "store";
    DiskOptions options;
    options.directory = deep.string() + "/";

    REQUIRE(DiskTier::open(options));

    struct stat facts {};
    REQUIRE(stat(deep.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0700);
}

TEST_CASE("A directory that another process uses is refused with a sentence that names it",
          "[faults][disk]") {
    const TemporaryDirectory directory;
    const auto path = directory.path();
    int ready[2];
    int done[2];
    REQUIRE(pipe(ready) == 0);
    REQUIRE(pipe(done) == 0);
    const auto owner = start_child([&] {
        DiskOptions options;
        options.directory = path;
        const auto disk = DiskTier::open(options);
        char byte = disk ? 'y' : 'n';
        if (write(ready[1], &byte, 1) != 1) return 1;
        if (read(done[0], &byte, 1) != 1) return 2;
        return (*disk)->put(sample(1)) ? 0 : 3;
    });
    char byte = 0;
    REQUIRE(read(ready[0], &byte, 1) == 1);
    REQUIRE(byte == 'y');

    CHECK(refusal(path) == "the directory " + path +
                               " is in use by another process: stop that one or choose another"
                               " directory");

    REQUIRE(write(done[1], "x", 1) == 1);
    CHECK(wait_for(owner) == 0);
    CHECK(refusal(path) == "(opened)");
    for (const int end : {ready[0], ready[1], done[0], done[1]}) {
        close(end);
    }
}

TEST_CASE("A directory that is open in this process is not opened twice", "[faults][disk]") {
    const TemporaryDirectory directory;
    DiskOptions options;
    options.directory = directory.path();
    const auto first = DiskTier::open(options);
    REQUIRE(first);

    CHECK_THAT(refusal(directory.path()), Catch::Contains("is in use"));
    CHECK((*first)->put(sample(1)));
}

TEST_CASE("A file in the directory's place is refused with a sentence", "[faults][disk]") {
    const TemporaryDirectory directory;
    std::ofstream(directory.path()) << "a file";

    CHECK_THAT(refusal(directory.path()),
               Catch::Contains(directory.path()) && Catch::Contains("is not a directory"));
    CHECK_THAT(refusal(directory.path() + "/below"), Catch::Contains("cannot make the directory"));
    CHECK_THAT(refusal(""), Catch::Contains("no name"));
}

TEST_CASE("A directory that may not be written is refused with a sentence", "[faults][disk]") {
    const TemporaryDirectory directory;
    fs::permissions(directory.root(), fs::perms(0755));
    fs::create_directory(directory.path());
    fs::permissions(directory.path(), fs::perms(0555));

    // Root may write anywhere, so a child becomes nobody.
    const auto code = run_child([&] {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return 1;
        const auto sentence = refusal(directory.path());
        if (sentence.find(directory.path()) == std::string::npos) return 2;
        if (sentence.find("make it writable") == std::string::npos) return 3;
        const auto below = refusal(directory.path() + "/below");
        return below.find("cannot make the directory") == std::string::npos ? 4 : 0;
    });

    CHECK(code == 0);
}
