#include "providers/usage.hpp"

#include "providers/operation.hpp"

#include <catch2/catch.hpp>

namespace refrain::providers {

TEST_CASE("Usage is written without its zeros and read back", "[providers][usage]") {
    CHECK(Usage{}.to_json() == "{}");
    CHECK(Usage::from_json("{}") == Usage{});

    Usage usage;
    usage.input_tokens = 12;
    usage.cached_input_tokens = 3;
    usage.output_tokens = 5;
    usage.characters = 4096;
    usage.service_tier = "flex";
    CHECK(usage.to_json() ==
          R"({"input_tokens":12,"cached_input_tokens":3,"output_tokens":5,"characters":4096,)"
          R"("service_tier":"flex"})");
    CHECK(Usage::from_json(usage.to_json()) == usage);
}

TEST_CASE("Malformed usage is absent", "[providers][usage]") {
    const std::string text = GENERATE(as<std::string>{},
                                      "",
                                      "[]",
                                      "{",
                                      R"({"input_tokens":"1"})",
                                      R"({"input_tokens":1.5})",
                                      R"({"service_tier":1})");
    CAPTURE(text);
    CHECK_FALSE(Usage::from_json(text).has_value());
}

TEST_CASE("Each operation has one word", "[providers][operation]") {
    for (const Operation operation : kOperations) {
        CHECK(operation_named(name(operation)) == operation);
    }
    CHECK_FALSE(operation_named("Chat").has_value());
    CHECK_FALSE(operation_named("").has_value());
}

}  // namespace refrain::providers
