#include "providers/prices.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace refrain::providers {
namespace {

std::string found(const Prices& prices, const std::string& model, const std::string& how = "") {
    const auto match = prices.find({"openai", "openai", model, ""});
    if (match.entry == nullptr) return "(none)";
    CHECK(match.how == how);
    return match.name;
}

std::string problem(const std::string& file, const std::vector<std::string>& overrides = {}) {
    const auto read = Prices::with("p.json", file, overrides);
    return read ? "" : read.error().message;
}

Money input_price(const Prices& prices, const std::string& provider, const std::string& model) {
    const auto match = prices.find({provider, "openai", model, ""});
    REQUIRE(match.entry != nullptr);
    return match.entry->rates[Unit::input].value().times(1'000'000);
}

}  // namespace

TEST_CASE("Prices: a name is found as it is, as a snapshot, as a fine-tune", "[providers][money]") {
    const Prices& prices = Prices::built_in();
    CHECK(prices.models().size() > 200);
    CHECK(found(prices, "gpt-4o") == "gpt-4o");
    CHECK(found(prices, "gpt-4o-2024-05-13") == "gpt-4o-2024-05-13");
    CHECK(found(prices, "gpt-4o-2031-01-01", "snapshot of") == "gpt-4o");
    CHECK(found(prices, "gpt-4-0999", "snapshot of") == "gpt-4");
    CHECK(found(prices, "models/gemini-2.5-flash") == "gemini-2.5-flash");
    CHECK(found(prices, "gemini-2.5-flash-007", "snapshot of") == "gemini-2.5-flash");
    CHECK(found(prices, "ft:gpt-4o-2024-08-06:acme::abc", "fine-tune of") ==
          "ft:gpt-4o-2024-08-06");
    for (const auto* stranger : {"",
                                 "gpt",
                                 "gpt-4o-turbo-max",
                                 "ft:gpt-9:acme::abc",
                                 "ft:",
                                 "ft::::",
                                 "-2024-01-01",
                                 "GPT-4O"}) {
        CAPTURE(stranger);
        CHECK(found(prices, stranger) == "(none)");
    }
}

TEST_CASE("Prices: an override wins, by name, provider or pattern", "[providers][money]") {
    const auto prices = Prices::with(
        "",
        "",
        {"gpt-4o input=1 output=2", "local/gpt-4o free", "local/llama* input=0.5", "qwen* free"});
    REQUIRE(prices);
    CHECK(input_price(*prices, "openai", "gpt-4o") == Money::parse("1"));
    CHECK(input_price(*prices, "local", "gpt-4o") == Money());
    CHECK(input_price(*prices, "local", "llama-3") == Money::parse("0.5"));
    CHECK(prices->find({"openai", "openai", "llama-3", ""}).entry == nullptr);
    CHECK(input_price(*prices, "openai", "qwen-2") == Money());
    CHECK(input_price(*prices, "openai", "gpt-5") == Money::parse("1.25"));
}

TEST_CASE("Prices: a file goes over the built-in ones, or stands alone", "[providers][money]") {
    const std::string entries =
        R"("entries":[{"models":["gpt-4o"],"source":"contract","rates":{"input":1.75}}])";
    const auto over = Prices::with("p.json", R"({"format":1,)" + entries + "}", {});
    REQUIRE(over);
    CHECK(input_price(*over, "openai", "gpt-4o") == Money::parse("1.75"));
    CHECK(input_price(*over, "openai", "gpt-5") == Money::parse("1.25"));
    const auto alone =
        Prices::with("p.json", R"({"format":1,"replaces_built_in":true,)" + entries + "}", {});
    REQUIRE(alone);
    CHECK(alone->models() == std::vector<std::string>{"gpt-4o"});
}

TEST_CASE("Prices: what is wrong with a file or an override is said", "[providers][money]") {
    const auto entry = [](const std::string& text) {
        return problem(R"({"format":1,"entries":[)" + text + "]}");
    };
    CHECK(problem("{").find("p.json: no valid JSON") == 0);
    CHECK(problem("[]") == "p.json: no table of prices of format 1");
    CHECK(problem(R"({"format":"1"})") == "p.json: no table of prices of format 1");
    CHECK(problem(R"({"format":1})") == "p.json: entries must be a list");
    CHECK(entry("1") == "p.json: entry 1: must be an object");
    CHECK(entry(R"({"rates":{}})") == "p.json: entry 1: needs models or voices");
    CHECK(entry(R"({"models":["m"],"rate":{}})") == R"(p.json: entry 1: "rate" is not known)");
    CHECK(entry(R"({"models":["m"],"rates":{"inputs":"1"}})").find(R"("inputs" is no unit)") !=
          std::string::npos);
    for (const auto* price : {"-1", "\"\"", "\"a\"", "1e-9", "\"0.0000001\"", "null", "[]"}) {
        CAPTURE(price);
        CHECK(entry(R"({"models":["m"],"rates":{"input":)" + std::string(price) + "}}")
                  .find("must be dollars") != std::string::npos);
    }
    CHECK(entry(R"({"models":["m"],"changes":[{"from":"2027-02-30","rates":{}}]})")
              .find("needs from (a date)") != std::string::npos);
    CHECK(problem("", {"gpt-4o"}).find("it names no price") != std::string::npos);
    CHECK(problem("", {"gpt-4o input"}).find("has no =") != std::string::npos);
    CHECK(problem("", {"gpt-4o input=x"}).find("must be dollars") != std::string::npos);
    CHECK(problem("", {""}).find("it names no price") != std::string::npos);
}

}  // namespace refrain::providers
