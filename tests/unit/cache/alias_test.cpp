#include "cache/alias.hpp"

#include "unit/cache/samples.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

using namespace refrain;
using namespace refrain::cache;

namespace {

using Parts = std::vector<std::string_view>;

AliasPtr alias(int number) {
    return std::make_shared<const Alias>(
        Alias{key_of(number), std::nullopt, "json", "chat", "gpt-4o-mini"});
}

}  // namespace

TEST_CASE("The same bytes lead to the same key", "[cache][alias]") {
    AliasTable table(1 << 20);
    table.put(Parts{"POST", "/v1/chat", "{}"}, alias(1));

    const auto found = table.find(Parts{"POST", "/v1/chat", "{}"});

    REQUIRE(found);
    CHECK(found->key == key_of(1));
    CHECK(found->form == "json");
    CHECK(table.find(Parts{"POST", "/v1/chat", "{ }"}) == nullptr);
}

TEST_CASE("Where one part ends and the next begins counts", "[cache][alias]") {
    AliasTable table(1 << 20);
    table.put(Parts{"ab", "c"}, alias(1));

    CHECK(table.find(Parts{"a", "bc"}) == nullptr);
    CHECK(table.find(Parts{"abc"}) == nullptr);
    CHECK(table.find(Parts{"ab", "c", ""}) == nullptr);
    CHECK(table.find(Parts{"", "ab", "c"}) == nullptr);
    CHECK(table.find(Parts{}) == nullptr);
    CHECK(table.find(Parts{"ab", "c"}));
}

TEST_CASE("Parts that contain what looks like a frame are not mistaken", "[cache][alias]") {
    AliasTable table(1 << 20);
    const std::string frame("\1\0\0\0\0\0\0\0b", 9);
    table.put(Parts{"a" + frame}, alias(1));

    CHECK(table.find(Parts{"a", "b"}) == nullptr);
    CHECK(table.find(Parts{"a" + frame}));
}

TEST_CASE("Empty lists and empty parts are lists of their own", "[cache][alias]") {
    AliasTable table(1 << 20);
    table.put(Parts{}, alias(1));
    table.put(Parts{""}, alias(2));
    table.put(Parts{"", ""}, alias(3));

    CHECK(table.find(Parts{})->key == key_of(1));
    CHECK(table.find(Parts{""})->key == key_of(2));
    CHECK(table.find(Parts{"", std::string_view()})->key == key_of(3));
}

TEST_CASE("Large bodies are told apart too, and take little room", "[cache][alias]") {
    AliasTable table(1 << 20);
    auto body = noise(4 << 20);
    table.put(Parts{"x", body}, alias(1));

    CHECK(table.find(Parts{"x", body})->key == key_of(1));
    CHECK(table.size_bytes() < 4'096);
    body.back() ^= 1;
    CHECK(table.find(Parts{"x", body}) == nullptr);
}

TEST_CASE("Putting again replaces, clearing forgets", "[cache][alias]") {
    AliasTable table(1 << 20);
    table.put(Parts{"x"}, alias(1));
    const auto size = table.size_bytes();
    table.put(Parts{"x"}, alias(2));

    CHECK(table.find(Parts{"x"})->key == key_of(2));
    CHECK(table.size_bytes() == size);
    table.clear();
    CHECK(table.find(Parts{"x"}) == nullptr);
    CHECK(table.size_bytes() == 0);
}

TEST_CASE("An alias stays valid after the table forgot it", "[cache][alias]") {
    AliasTable table(1 << 20);
    table.put(Parts{"x"}, alias(1));
    const auto found = table.find(Parts{"x"});

    table.clear();

    CHECK(found->model == "gpt-4o-mini");
}

TEST_CASE("The table never exceeds its bytes, and what is asked for stays", "[cache][alias]") {
    constexpr std::size_t kCapacity = 4 << 20;
    AliasTable table(kCapacity);
    const Parts hot{"the hot one"};
    table.put(hot, alias(-1));

    for (int i = 0; i < 3'000; ++i) {
        const auto body = noise(4'096, i);
        table.put(Parts{"POST", body}, alias(i));
        REQUIRE(table.size_bytes() <= kCapacity);
        REQUIRE(table.find(hot));
    }

    CHECK(table.size_bytes() > kCapacity / 2);
    CHECK(table.find(Parts{"POST", noise(4'096, 0)}) == nullptr);
    CHECK(table.find(Parts{"POST", noise(4'096, 2'999)}));
}

TEST_CASE("What is larger than the table is not kept", "[cache][alias]") {
    AliasTable table(1'000);
    table.put(Parts{noise(2'000)}, alias(1));

    CHECK(table.find(Parts{noise(2'000)}) == nullptr);
    CHECK(table.size_bytes() == 0);

    AliasTable none(0);
    none.put(Parts{"x"}, alias(1));
    CHECK(none.find(Parts{"x"}) == nullptr);
}

TEST_CASE("Threads may find, put and clear at once", "[cache][alias][threads]") {
    AliasTable table(256 << 10);
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 4'000; ++i) {
                const int number = (i * 7 + t) % 500;
                const auto body = std::to_string(number) + std::string(1'000, 'x');
                const Parts parts{"POST", body};
                if (const auto found = table.find(parts)) {
                    if (found->key != key_of(number)) ++wrong;
                } else {
                    table.put(parts, alias(number));
                }
                if (t == 0 && i % 1'000 == 999) table.clear();
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }

    CHECK(wrong == 0);
    CHECK(table.size_bytes() <= 256 << 10);
}

TEST_CASE("What a hit costs", "[.bench][cache][alias]") {
    AliasTable table(64 << 20);
    for (const std::size_t size : {1 << 10, 16 << 10, 64 << 10, 512 << 10}) {
        const auto body = noise(size);
        const Parts parts{"POST", "/v1/chat/completions", "scope", body};
        table.put(parts, alias(1));
        constexpr int kRounds = 2'000;
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < kRounds; ++i) {
            REQUIRE(table.find(parts));
        }
        const auto took = std::chrono::steady_clock::now() - start;
        WARN(size << " bytes: "
                  << std::chrono::duration_cast<std::chrono::nanoseconds>(took).count() / kRounds
                  << " ns");
    }
}
