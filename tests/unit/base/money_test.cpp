#include "base/money.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

using namespace refrain;

namespace {

std::string again(const std::string& text) {
    const auto money = Money::parse(text);
    return money ? money->decimal() : "(none)";
}

}  // namespace

TEST_CASE("Money: decimals come back exactly, with six places or more", "[base][money]") {
    CHECK(Money().decimal() == "0.000000");
    CHECK(again("2.5") == "2.500000");
    CHECK(again("0.000266667") == "0.000266667");
    CHECK(again("0.000000000001") == "0.000000000001");
    CHECK(again("-1.25") == "-1.250000");
    CHECK(again("1000000") == "1000000.000000");
    CHECK(again("0.1000000000000000") == "0.100000");
    CHECK(again("999999999999.999999999999") == "999999999999.999999999999");
}

TEST_CASE("Money: what is no amount of dollars is refused", "[base][money]") {
    for (const auto* text : {"",
                             ".",
                             "-",
                             "1.",
                             ".5",
                             "1e3",
                             "+1",
                             "0x1",
                             "1,5",
                             " 1",
                             "1 ",
                             "--1",
                             "0.0000000000001",
                             "1000000000000"}) {
        CAPTURE(text);
        CHECK_FALSE(Money::parse(text));
    }
}

TEST_CASE("Money: any amount survives being written and read", "[base][money]") {
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        const auto amount = Money::pico(static_cast<std::int64_t>(random()) >> (random() % 60));
        const auto read = Money::parse(amount.decimal());
        CAPTURE(amount.decimal());
        REQUIRE(read);
        REQUIRE(*read == amount);
    }
}

TEST_CASE("Money: sums do not depend on their order and never wrap", "[base][money]") {
    const auto most = Money::pico(Int128{INT64_MAX} * INT64_MAX);
    CHECK(most + most == most);
    CHECK(most.times(INT64_MAX) == most);
    CHECK(most.times(-1).times(INT64_MAX) == most.times(-1));
    CHECK(most.pico64() == INT64_MAX);
    CHECK((Money::pico(3) + Money::pico(4)) - Money::pico(7) == Money());
}

TEST_CASE("Money: fractions round half away from zero", "[base][money]") {
    CHECK(Money::pico(3).scaled(1, 2) == Money::pico(2));
    CHECK(Money::pico(-3).scaled(1, 2) == Money::pico(-2));
    CHECK(Money::pico(10).scaled(1100, 1000) == Money::pico(11));
    CHECK(Money::pico(1).scaled(1, 3) == Money::pico(0));
    CHECK(Money::pico(0).scaled(7, 3) == Money::pico(0));
}
