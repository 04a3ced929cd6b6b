// Prices that change under a running gateway: SIGHUP reads [pricing] again.
#include "e2e/gateway.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

namespace refrain::tests {
namespace {

// A price list of one's own, a configuration that names it, and a gateway that reads both.
struct Shop {
    Shop() {
        prices("1");
        overrides("");
        gateway = std::make_unique<Gateway>(Gateway::Options{
            files / "data", openai.url(), {}, {"--config", files / "refrain.toml"}});
        openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    }

    void prices(const std::string& input) const {
        std::ofstream(files / "prices.json")
            << R"({"format":1,"entries":[{"models":["gpt-4o"],"rates":{"input":")" << input
            << R"(","output":"0"}}]})";
    }
    void overrides(const std::string& list) const {
        std::ofstream(files / "refrain.toml") << "[pricing]\nfile = \"" << files / "prices.json"
                                              << "\"\noverrides = [" << list << "]\n";
    }

    // Reads the configuration again, and waits until the log says from then on how that went.
    void reload(const std::string& said) {
        const auto before = gateway->process().standard_error().size();
        gateway->process().signal(SIGHUP);
        const bool told = comes_true([&] {
            return gateway->process().standard_error().find(said, before) != std::string::npos;
        });
        if (!told) FAIL("the log does not say: " + said);
    }

    // What an answer that is bought now costs: 9 tokens in.
    std::string cost() {
        const auto answer = gateway->post(kChat, chat_request(std::to_string(++asked)));
        CHECK(answer.header("X-Cache") == "MISS");
        return answer.header("X-Refrain-Cost-USD");
    }
    // Each loop takes the new prices when it comes to it.
    std::string cost_soon(const std::string& expected) {
        std::string last;
        comes_true([&] { return (last = cost()) == expected; });
        return last;
    }
    std::string saved_by_first() {
        return gateway->post(kChat, chat_request("1")).header("X-Refrain-Saved-USD");
    }

    // Tries for twenty seconds.
    static bool comes_true(const std::function<bool()>& holds) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!holds()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return true;
    }

    ScriptedUpstream openai;
    ScratchDir files;
    std::unique_ptr<Gateway> gateway;
    int asked = 0;
};

}  // namespace

TEST_CASE("A reloaded price file holds for later answers, and bills that were made stay",
          "[e2e][money][reload]") {
    Shop shop;
    CHECK(shop.cost() == "0.000009");
    shop.prices("2");
    shop.reload("configuration reloaded");
    CHECK(shop.cost_soon("0.000018") == "0.000018");
    CHECK(shop.saved_by_first() == "0.000009");

    shop.overrides("\"gpt-4o input=3 output=0\"");
    shop.reload("configuration reloaded");
    CHECK(shop.cost_soon("0.000027") == "0.000027");
    CHECK(shop.saved_by_first() == "0.000009");
}

TEST_CASE("A broken price file keeps the old prices, and the log says why",
          "[e2e][money][reload]") {
    Shop shop;
    CHECK(shop.cost() == "0.000009");
    SECTION("no JSON") {
        std::ofstream(shop.files / "prices.json") << "{\"format\":1,";
        shop.reload("prices.json: no valid JSON");
    }
    SECTION("a price that is none") {
        shop.prices("cheap");
        shop.reload("prices.json: entry 1: \"rates\": the price of \"input\" must be dollars");
    }
    SECTION("no file") {
        std::filesystem::remove(shop.files / "prices.json");
        shop.reload("prices.json");
    }
    SECTION("an override that is none") {
        shop.overrides("\"gpt-4o\"");
        shop.reload("pricing.overrides has \"gpt-4o\": it names no price");
    }
    CHECK(shop.gateway->process().standard_error().find("configuration not reloaded") !=
          std::string::npos);
    for (int i = 0; i < 4; ++i)
        CHECK(shop.cost() == "0.000009");
}

}  // namespace refrain::tests
