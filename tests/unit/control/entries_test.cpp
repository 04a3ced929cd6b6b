#include "control/entries.hpp"

#include "cache/disk/disk_tier.hpp"
#include "cache/memory/memory_tier.hpp"
#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <set>
#include <string>

using namespace refrain;
using namespace refrain::control;
using Json = nlohmann::json;

namespace {

constexpr WallTime kNow{1'000'000};

struct Shelf {
    std::shared_ptr<cache::Invalidation> invalidation = std::make_shared<cache::Invalidation>();
    cache::TieredOptions options;
    std::unique_ptr<cache::TieredCache> cache;

    Shelf() {
        options.invalidation = invalidation;
        cache = std::make_unique<cache::TieredCache>(
            std::make_unique<cache::MemoryTier>(1 << 20, wall_now, invalidation), nullptr, options);
    }

    void add(int number, const std::string& model, const std::string& tag = "") {
        auto entry = cache::sample_entry(number, R"({"text":"<b>hello</b>"})");
        entry.model = model;
        if (!tag.empty()) entry.tags = {tag};
        cache->keep(cache::shared(std::move(entry)));
    }

    Json list(const std::string& query) const {
        const auto question = read_entries_question(query);
        REQUIRE(question);
        const auto json = entries_json(*cache, *question);
        REQUIRE(json);
        return Json::parse(*json);
    }

    std::uint64_t matched(const std::string& body) const {
        const auto order = read_invalidate_order(body, kNow);
        REQUIRE(order);
        const auto json = invalidate(*cache, *order);
        REQUIRE(json);
        return Json::parse(*json)["matched"];
    }
};

}  // namespace

TEST_CASE("Entries are listed page by page, each once", "[control][entries]") {
    Shelf shelf;
    for (int i = 0; i < 25; ++i)
        shelf.add(i, i % 2 == 0 ? "gpt-4o" : "o3");

    std::set<std::string> keys;
    std::string cursor;
    for (const std::size_t expected : {10U, 10U, 5U}) {
        const auto page = shelf.list("limit=10&cursor=" + cursor);
        CHECK(page["entries"].size() == expected);
        for (const auto& entry : page["entries"])
            keys.insert(entry["key"].get<std::string>());
        CHECK(page["next_cursor"].is_null() == (expected == 5));
        if (!page["next_cursor"].is_null()) cursor = page["next_cursor"];
    }
    CHECK(keys.size() == 25);
    CHECK(shelf.list("model=gpt*")["entries"].size() == 13);
    CHECK(shelf.list("model=none")["entries"].empty());
}

TEST_CASE("An entry tells its facts, and its text where it is text", "[control][entries]") {
    auto entry = cache::sample_entry(1, R"({"a":1})");
    entry.usage = R"({"input_tokens":3})";
    entry.price = R"({"usd":"0.0015"})";
    const auto json = Json::parse(entry_json(entry, ""));

    CHECK(json["key"] == entry.key.hex());
    CHECK(json["expires"].is_null());
    CHECK(json["created"] == "1970-01-01T00:00:01Z");
    CHECK(json["bytes"] == 7);
    CHECK(json["usage"]["input_tokens"] == 3);
    CHECK(json["cost_usd"] == "0.0015");
    CHECK(json["text"] == R"({"a":1})");
    CHECK(json["audio"] == false);
    CHECK(json["request"].is_null());
    CHECK(Json::parse(entry_json(entry, R"({"a":1.0})"))["request"] == R"({"a":1.0})");

    entry.content_type = "audio/mpeg";
    CHECK(Json::parse(entry_json(entry, ""))["text"].is_null());
    CHECK(Json::parse(entry_json(entry, ""))["audio"] == true);
}

TEST_CASE("Questions about entries that make no sense are named", "[control][entries]") {
    for (const auto* query :
         {"limit=0", "limit=1001", "limit=ten", "limit=-1", "cursor=xyz", "n=1"}) {
        CAPTURE(query);
        CHECK_FALSE(read_entries_question(query));
    }
}

TEST_CASE("An invalidation counts, and then kills unless it is a dry run", "[control][entries]") {
    Shelf shelf;
    shelf.add(1, "gpt-4o", "demo");
    shelf.add(2, "gpt-4o");
    shelf.add(3, "o3", "demo");

    CHECK(shelf.matched(R"({"tags":["demo"],"dry_run":true})") == 2);
    CHECK(shelf.cache->stats().memory.entries == 3);
    CHECK(shelf.matched(R"({"tags":["demo"],"model":"gpt-*"})") == 1);
    CHECK(shelf.cache->stats().memory.entries == 2);
    CHECK(shelf.matched(R"({"older_than":"1h"})") == 0);
    CHECK(shelf.matched(R"({"all":true})") == 2);
    CHECK(shelf.cache->stats().memory.entries == 0);
}

TEST_CASE("An order that selects nothing, or cannot be read, is refused", "[control][entries]") {
    for (const auto* body : {"",
                             "[]",
                             "{}",
                             R"({"model":""})",
                             R"({"all":false})",
                             R"({"all":"yes"})",
                             R"({"tags":"demo"})",
                             R"({"tags":[1]})",
                             R"({"modle":"gpt-4o"})",
                             R"({"older_than":"yesterday"})",
                             R"({"dry_run":true})"}) {
        CAPTURE(body);
        CHECK_FALSE(read_invalidate_order(body, kNow));
    }
}
