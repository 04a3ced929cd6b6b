#include "ledger/names.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

namespace refrain::ledger {

TEST_CASE("Names: the same words have the same number", "[ledger]") {
    Names names;
    const auto id = names.subject({"chat", "openai", "gpt-4o", ""});
    CHECK(names.subject({"chat", "openai", "gpt-4o", ""}) == id);
    CHECK(names.subject({"chat", "openai", "gpt-4o", "alloy"}) != id);
    CHECK(names.subject_of(id).model == "gpt-4o");
    CHECK(names.party({"", {"b", "a", "b"}}) == names.party({"", {"a", "b"}}));
    CHECK(names.party({}) == 0);
}

TEST_CASE("Names: callers cannot fill the memory with models, voices or tags", "[ledger]") {
    Names names;
    for (int i = 0; i < 30'000; ++i) {
        const auto word = std::to_string(i);
        names.subject({"chat", "openai", "model-" + word, "voice-" + word});
        names.party({"", {"tag-" + word, "more-" + word}});
    }
    CHECK(names.subjects().size() < 2'100);
    CHECK(names.parties().size() < 1'100);
    const auto late = names.subject_of(names.subject({"chat", "openai", "late", ""}));
    CHECK(late.model == kOther);
    CHECK(late.provider == "openai");
}

TEST_CASE("Names: combinations are bounded too, and tenants survive them", "[ledger]") {
    Names names;
    for (int i = 0; i < 200; ++i) {
        for (int j = 0; j < 200; ++j) {
            names.party({"", {"a" + std::to_string(i), "b" + std::to_string(j)}});
            names.subject({"chat", "p", "m" + std::to_string(i), "v" + std::to_string(j)});
        }
    }
    CHECK(names.parties().size() <= 20'001);
    CHECK(names.subjects().size() <= 20'001);
    CHECK(names.party_of(names.party({"late", {"x", "y"}})).tenant == "late");
}

TEST_CASE("Names: a long word is cut, never within a letter", "[ledger]") {
    Names names;
    const std::string word = std::string(127, 'x') + "ä and more";
    const auto kept = names.subject_of(names.subject({"chat", "p", word, ""})).model;
    CHECK(kept == std::string(127, 'x') + "…");
}

}  // namespace refrain::ledger
