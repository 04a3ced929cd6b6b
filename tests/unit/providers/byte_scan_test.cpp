#include "providers/byte_scan.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <string_view>

namespace refrain::providers {

TEST_CASE("contains: as a plain search, wherever it stands", "[providers]") {
    const std::string_view what = R"("usage")";
    for (std::size_t before = 0; before < 70; ++before) {
        for (std::size_t behind = 0; behind < 40; ++behind) {
            std::string text(before, '"');
            text.append(what).append(behind, '"');
            CHECK(contains(text, what));
            text[before + what.size() - 1] = '.';
            CHECK_FALSE(contains(text, what));
        }
    }
    CHECK_FALSE(contains("", what));
    CHECK(contains("ab", "ab"));
}

TEST_CASE("contains: as a plain search in texts that nearly have it", "[providers]") {
    std::mt19937 random(7);
    const std::string_view letters = "\"ab";
    int found = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text(random() % 80, ' ');
        for (char& c : text)
            c = letters[random() % letters.size()];
        const bool expected = text.find("\"aba\"") != text.npos;
        found += expected ? 1 : 0;
        if (contains(text, "\"aba\"") != expected) FAIL(text);
    }
    CHECK(found > 1'000);
}

}  // namespace refrain::providers
