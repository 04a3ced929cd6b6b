#include "gateway/forgotten.hpp"

#include <catch2/catch.hpp>

namespace refrain::gateway {

TEST_CASE("What was forgotten before a call began does not concern it", "[gateway][forgotten]") {
    ForgottenNames forgotten;
    const auto before = SteadyClock::now();
    CHECK_FALSE(forgotten.has_any({"a"}, before));
    forgotten.add("a");
    const auto after = SteadyClock::now() + std::chrono::milliseconds(1);
    CHECK(forgotten.has_any({"b", "a"}, before));
    CHECK_FALSE(forgotten.has_any({"b"}, before));
    CHECK_FALSE(forgotten.has_any({}, before));
    CHECK_FALSE(forgotten.has_any({"a"}, after));
}

TEST_CASE("Of very many forgotten names the oldest goes first", "[gateway][forgotten]") {
    ForgottenNames forgotten;
    const auto before = SteadyClock::now();
    for (int i = 0; i < 4097; ++i)
        forgotten.add(std::to_string(i));
    CHECK_FALSE(forgotten.has_any({"0"}, before));
    CHECK(forgotten.has_any({"1"}, before));
    CHECK(forgotten.has_any({"4096"}, before));
}

}  // namespace refrain::gateway
