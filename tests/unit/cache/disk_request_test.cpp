// The request that an entry answers, on disk: it lives and dies with its entry.
#include "cache/disk/disk_tier.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>
#include <rocksdb/db.h>
#include <rocksdb/slice_transform.h>

#include <map>
#include <random>
#include <vector>

using namespace refrain;
using namespace refrain::cache;

namespace {

struct Disk {
    TemporaryDirectory directory;
    std::unique_ptr<DiskTier> tier;

    Disk() { open(); }
    void open() {
        tier.reset();
        auto opened = DiskTier::open({.directory = directory.path()});
        REQUIRE(opened);
        tier = std::move(*opened);
    }
    std::string request(int number) {
        const auto request = tier->request_of(key_of(number));
        REQUIRE(request);
        return *request;
    }
};

}  // namespace

TEST_CASE("DiskTier: a request is there after a restart, to the byte", "[cache][disk]") {
    Disk disk;
    const std::vector<std::string> requests{
        "{}", std::string(3'000, 'q'), noise(5'000), noise(200'000)};
    for (std::size_t i = 0; i < requests.size(); ++i)
        REQUIRE(disk.tier->put(sample(static_cast<int>(i)), requests[i]));
    REQUIRE(disk.tier->put(sample(9)));
    disk.open();
    for (std::size_t i = 0; i < requests.size(); ++i)
        CHECK(disk.request(static_cast<int>(i)) == requests[i]);
    CHECK(disk.request(9).empty());
    CHECK(disk.request(10).empty());
}

TEST_CASE("DiskTier: a request goes with its entry, and counts while it is there",
          "[cache][disk]") {
    Disk disk;
    REQUIRE(disk.tier->put(sample(1, "same"), noise(20'000)));
    REQUIRE(disk.tier->put(sample(2, "same")));
    CHECK(disk.tier->stats().bytes > 20'000);

    CHECK(*disk.tier->remove(key_of(1)));
    CHECK(disk.request(1).empty());
    CHECK(disk.tier->stats().bytes < 2'000);

    REQUIRE(disk.tier->put(sample(2, "same"), noise(20'000)));
    REQUIRE(disk.tier->put(sample(2, "same")));
    CHECK(disk.request(2).empty());
    CHECK(disk.tier->stats().bytes < 2'000);

    REQUIRE(disk.tier->put(sample(3), "asked"));
    REQUIRE(disk.tier->clear());
    CHECK(disk.request(3).empty());
    CHECK(disk.tier->stats().bytes == 0);
}

TEST_CASE("DiskTier: any mixture of requests leaves exact totals", "[cache][disk]") {
    Disk disk;
    std::mt19937 random(11);
    std::map<int, std::string> asked;
    for (int step = 0; step < 2'000; ++step) {
        const int number = static_cast<int>(random() % 40);
        if (random() % 6 == 0) {
            CHECK(*disk.tier->remove(key_of(number)) == (asked.erase(number) == 1));
            continue;
        }
        const std::string request =
            random() % 3 == 0 ? ""
                              : noise(random() % 3 * 3'000 + 1, static_cast<int>(random() % 9));
        const auto entry = sample(number, noise(100, static_cast<int>(random() % 5)));
        REQUIRE(disk.tier->put(entry, request));
        asked[number] = request;
    }
    for (const auto& [number, request] : asked) {
        CHECK(disk.request(number) == request);
        CHECK(*disk.tier->remove(key_of(number)));
        CHECK(disk.request(number).empty());
    }
    CHECK(disk.tier->stats().bytes == 0);
}

// As a program wrote it that knew nothing of requests.
TEST_CASE("DiskTier: a store without requests opens, and takes them from then on",
          "[cache][disk]") {
    Disk disk;
    REQUIRE(disk.tier->put(sample(1, "old")));
    disk.tier.reset();
    {
        const std::string path = disk.directory.path();
        std::vector<std::string> names;
        REQUIRE(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
        std::vector<rocksdb::ColumnFamilyDescriptor> families;
        for (const auto& name : names) {
            rocksdb::ColumnFamilyOptions options;
            if (name == "refs" || name == "names")
                options.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(32));
            families.emplace_back(name, options);
        }
        std::vector<rocksdb::ColumnFamilyHandle*> handles;
        rocksdb::DB* db = nullptr;
        REQUIRE(rocksdb::DB::Open({}, path, families, &handles, &db).ok());
        for (auto* handle : handles) {
            if (handle->GetName() == "requests") CHECK(db->DropColumnFamily(handle).ok());
            CHECK(db->DestroyColumnFamilyHandle(handle).ok());
        }
        CHECK(db->Close().ok());
        delete db;
    }
    disk.open();
    CHECK(disk.tier->notice().empty());
    CHECK(disk.tier->get(key_of(1)).value()->body->view() == "old");
    CHECK(disk.request(1).empty());
    REQUIRE(disk.tier->put(sample(2), "asked"));
    CHECK(disk.request(2) == "asked");
    CHECK(*disk.tier->remove(key_of(1)));
    CHECK(*disk.tier->remove(key_of(2)));
    CHECK(disk.tier->stats().bytes == 0);
}
