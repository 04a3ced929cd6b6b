// The sample files are loaded, and what is generated is what the table says.
#include "config/pages.hpp"
#include "config/schema.hpp"
#include "unit/config/loading.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <sstream>

namespace refrain::config {

namespace {

const std::filesystem::path kRoot = REFRAIN_SOURCE_DIR;

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

}  // namespace

TEST_CASE("docs/configuration.md is what `refrain config --markdown` prints", "[config][docs]") {
    CHECK(content(kRoot / "docs/configuration.md") == markdown_page());
}

TEST_CASE("samples/configs/every-key.toml is what `refrain config --toml` prints",
          "[config][docs]") {
    CHECK(content(kRoot / "samples/configs/every-key.toml") == every_key_toml());
}

TEST_CASE("every-key.toml sets every key there is, each to its default", "[config][docs]") {
    const auto every = load({(kRoot / "samples/configs/every-key.toml").string(), kHomeOnly, {}});
    const auto none = load({"", kHomeOnly, {}});

    REQUIRE(every);
    REQUIRE(none);
    for (const Setting& row : settings(default_upstreams())) {
        CAPTURE(row.name);
        CHECK(every->sources.count(row.name) == 1);
        CHECK(row.get(every->config) == row.get(none->config));
    }
}

TEST_CASE("Every sample configuration loads", "[config][docs]") {
    int loaded_files = 0;
    for (const auto& file : std::filesystem::directory_iterator(kRoot / "samples/configs")) {
        if (file.path().extension() != ".toml") continue;
        CAPTURE(file.path().filename().string());
        const auto result = load({file.path().string(), kHomeOnly, {}});
        for (const auto& problem : result ? std::vector<Problem>{} : result.error()) {
            UNSCOPED_INFO(problem.sentence);
        }
        CHECK(result.has_value());
        ++loaded_files;
    }
    CHECK(loaded_files >= 3);
}

TEST_CASE("team.toml means what its comments say", "[config][docs]") {
    const auto team = load({(kRoot / "samples/configs/team.toml").string(), kHomeOnly, {}});

    REQUIRE(team);
    CHECK(team->config.server.listen_host == "0.0.0.0");
    CHECK(team->config.cache.scope == Scope::credential);
    CHECK(team->config.upstreams.at("openai").fallback.empty());
    CHECK(team->config.upstreams.at("llama").base_url == "http://llama.internal:8000");
    CHECK(team->config.upstreams.at("llama").models == std::vector<std::string>{"llama*"});
}

}  // namespace refrain::config
