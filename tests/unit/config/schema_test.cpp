#include "config/schema.hpp"

#include "config/nearest.hpp"
#include "unit/config/loading.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace refrain::config {

TEST_CASE("Every row has a name, a variable, a type and a sentence of its own",
          "[config][schema]") {
    std::set<std::string> names;
    std::set<std::string> variables;
    std::set<std::string> meanings;
    for (const Setting& row : settings(default_upstreams())) {
        CAPTURE(row.name);
        CHECK(names.insert(row.name).second);
        CHECK(variables.insert(row.env).second);
        CHECK((meanings.insert(row.meaning).second || row.name.starts_with("upstreams.")));
        CHECK_FALSE(row.type.empty());
        CHECK(row.meaning.ends_with('.'));
    }
    CHECK(names.size() == variables.size());
}

TEST_CASE("What a row prints it also reads, to the same value", "[config][schema]") {
    const Config defaults;
    for (const Setting& row : settings(defaults.upstreams)) {
        CAPTURE(row.name);
        Config config;
        const Value printed = row.get(defaults);

        CHECK(row.set(config, printed) == std::nullopt);

        CHECK(row.get(config) == printed);
    }
}

TEST_CASE("Each row reads and writes a member of its own", "[config][schema]") {
    const auto rows = settings(default_upstreams());
    const Config defaults;
    for (const Setting& row : rows) {
        if (row.type != "duration") continue;
        CAPTURE(row.name);
        Config config;
        REQUIRE(row.set(config, text_value("123s")) == std::nullopt);

        int changed = 0;
        for (const Setting& other : rows) {
            if (other.get(config) == other.get(defaults)) continue;
            ++changed;
            CHECK(other.name == row.name);
        }
        CHECK(changed == 1);
    }
}

TEST_CASE("A refused value leaves the setting as it was", "[config][schema]") {
    const Config defaults;
    for (const Setting& row : settings(defaults.upstreams)) {
        CAPTURE(row.name);
        Config config;

        CHECK(row.set(config, Value{Value::Kind::other, "1979-05-27", {}}).has_value());

        CHECK(row.get(config) == row.get(defaults));
    }
}

TEST_CASE("Environment names follow from the keys", "[config][schema]") {
    CHECK(environment_name("server.listen") == "REFRAIN_SERVER_LISTEN");
    CHECK(environment_name("cache.ttl.count_tokens") == "REFRAIN_CACHE_TTL_COUNT_TOKENS");
    CHECK(environment_name("upstreams.my-llama.base_url") == "REFRAIN_UPSTREAMS_MY_LLAMA_BASE_URL");
}

TEST_CASE("The distance of two words counts letters changed, lost, added or swapped",
          "[config][schema]") {
    const auto [a, b, distance] = GENERATE(table<std::string, std::string, int>({
        {"", "", 0},
        {"mode", "mode", 0},
        {"", "mode", 4},
        {"mode", "", 4},
        {"mod", "mode", 1},
        {"mood", "mode", 2},
        {"mdoe", "mode", 1},
        {"memroy", "memory", 1},
        {"sitting", "kitten", 3},
        {"ca", "abc", 3},
    }));
    CAPTURE(a, b);

    CHECK(edit_distance(a, b) == static_cast<std::size_t>(distance));
}

TEST_CASE("A word too long to be a slip is not compared", "[config][schema]") {
    CHECK(nearest(std::string(1'000'000, 'a'), {"mode"}).empty());
    CHECK(suggestion(std::string(1'000'000, '.'), '.', {"mode"}).empty());
}

}  // namespace refrain::config
