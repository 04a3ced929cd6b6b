#include "cache/key.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace refrain;
using namespace refrain::cache;

TEST_CASE("A key depends on every field, and on where one field ends", "[cache][key]") {
    const KeyFields base{"chat", "https://api.openai.com", "shared", "", "{}"};
    const std::vector<KeyFields> others{
        {"responses", "https://api.openai.com", "shared", "", "{}"},
        {"chat", "https://api.openai.com/", "shared", "", "{}"},
        {"chat", "https://api.openai.com", "tenant", "", "{}"},
        {"chat", "https://api.openai.com", "shared", "2", "{}"},
        {"chat", "https://api.openai.com", "shared", "", "{ }"},
        {"chath", "ttps://api.openai.com", "shared", "", "{}"},
        {"chat", "https://api.openai.com", "share", "d", "{}"},
        {"chat", "https://api.openai.com", "shared", "{}", ""},
    };

    for (const auto& other : others) {
        CAPTURE(other.operation, other.upstream, other.scope, other.variant, other.canonical);
        CHECK(derive_key(other) != derive_key(base));
    }
    CHECK(derive_key(base) == derive_key(base));
}

TEST_CASE("A key is the one that docs/formats/key.md computes", "[cache][key]") {
    const KeyFields fields{"chat", "https://api.openai.com", "shared", "", R"({"model":"m"})"};

    const auto frame = [](std::string_view field) {
        std::string framed;
        for (int i = 0; i < 8; ++i) {
            framed.push_back(static_cast<char>(field.size() >> (8 * i) & 0xff));
        }
        return framed + std::string(field);
    };
    const auto framed = frame("refrain-1") + frame("chat") + frame("https://api.openai.com") +
                        frame("shared") + frame("") + frame(R"({"model":"m"})");

    CHECK(derive_key(fields) == sha256(framed));
    CHECK(derive_key(fields).hex() ==
          "4618816ebdb02a520ac7464a1a329daf9d903c45a5589ff8965bd657d06ef43e");
}
