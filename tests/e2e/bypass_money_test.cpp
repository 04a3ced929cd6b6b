// What passes through is paid for, too: calls that are known are priced by their answer as it
// passes, everything else is left out of the books.
#include "e2e/gateway.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace refrain::tests {
namespace {

using Json = nlohmann::json;

// gpt-4o is 2.5 in and 10 out: 9 * 2.5e-6 + 3 * 10e-6
const std::string kCost = "0.0000525";

std::string web_search(const std::string& extra = "") {
    return chat_request("What is new?", R"(,"web_search_options":{})" + extra);
}

Reply usage_events(std::size_t chunks, bool with_usage) {
    auto all = chat_chunks("A long answer");
    if (!with_usage) all.erase(all.end() - 2);
    auto reply = Reply::chunked(200, {{"Content-Type", "text/event-stream"}});
    for (std::size_t i = 0; i < chunks; ++i)
        reply.chunk(all[1]);
    for (const auto& chunk : all)
        reply.chunk(chunk);
    return reply.finish();
}

}  // namespace

TEST_CASE("A bypassed answer is priced by its own usage", "[e2e][money][pass]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("news")));
    const auto answer = s.gateway.post(kChat, web_search());
    CHECK(answer.header("X-Cache") == "BYPASS");
    CHECK(answer.body == chat_answer("news"));
    CHECK_FALSE(
        answer.has_header("X-Refrain-Cost-USD"));  // its head was sent before its usage came

    const auto report = report_after(s.gateway, 1);
    CHECK(report["totals"]["bypassed"] == 1);
    CHECK(report["totals"]["spent_usd"] == kCost);
    CHECK(report["totals"]["saved_usd"] == "0.000000");
    CHECK(report["totals"]["estimated"] == 1);  // what the search itself costs is not told
    CHECK(report["by_model"][0]["name"] == "gpt-4o");
    CHECK(report["by_model"][0]["spent_usd"] == kCost);
}

TEST_CASE("What may not be kept is priced exactly, known bytes or not", "[e2e][money][pass]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("secret")));
    const httplib::Headers no_store{{"Cache-Control", "no-store"}};
    s.gateway.post(kChat, chat_request("same"), no_store);
    s.gateway.post(kChat, chat_request("same"), no_store);
    const auto totals = report_after(s.gateway, 2)["totals"];
    CHECK(totals["bypassed"] == 2);
    CHECK(totals["spent_usd"] == "0.000105");
    CHECK(totals["estimated"] == 0);
    CHECK(totals["unpriced"] == 0);
}

TEST_CASE("A bypassed stream is priced by its last events, however long it is",
          "[e2e][money][pass]") {
    Scenario s;
    const std::size_t chunks = GENERATE(1, 8'000);  // 8,000 are about 2 MB
    s.openai.on("POST", kChat, usage_events(chunks, true));
    s.gateway.post(kChat, web_search(R"(,"stream":true,"stream_options":{"include_usage":true})"));
    const auto totals = report_after(s.gateway, 1)["totals"];
    CHECK(totals["spent_usd"] == kCost);
    CHECK(totals["unpriced"] == 0);
}

TEST_CASE("A bypassed answer that cannot be priced is listed, never free", "[e2e][money][pass]") {
    Scenario s;
    SECTION("a stream whose usage nobody asked for") {
        s.openai.on("POST", kChat, usage_events(1, false));
        s.gateway.post(kChat, web_search(R"(,"stream":true)"));
    }
    SECTION("a whole answer over the bound") {
        s.openai.on("POST", kChat, Reply::json(chat_answer(std::string(2 << 20, 'x'))));
        s.gateway.post(kChat, web_search());
    }
    SECTION("an answer in a coding that cannot be read") {
        s.openai.on("POST",
                    kChat,
                    Reply::whole(200,
                                 {{"Content-Type", "application/json"}, {"Content-Encoding", "x"}},
                                 chat_answer("news")));
        s.gateway.post(kChat, web_search());
    }
    const auto report = report_after(s.gateway, 1);
    CHECK(report["totals"]["spent_usd"] == "0.000000");
    CHECK(report["totals"]["unpriced"] == 1);
    CHECK(report["unpriced"] == Json{{{"model", "gpt-4o"}, {"requests", 1}}});
}

TEST_CASE("Bypassed errors, and calls that are not known, cost nothing here",
          "[e2e][money][pass]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(R"({"error":{"message":"no"}})", 400));
    s.openai.on("POST", "/v1/files", Reply::json(chat_answer("no chat")));
    s.gateway.post(kChat, web_search());
    s.gateway.post("/v1/files", "{}");
    const auto report = report_after(s.gateway, 2);
    CHECK(report["totals"]["bypassed"] == 2);
    CHECK(report["totals"]["spent_usd"] == "0.000000");
    CHECK(report["totals"]["unpriced"] == 0);
}

TEST_CASE("Pictures by link are priced each, by size and quality", "[e2e][money][pass]") {
    Scenario s;
    s.openai.on(
        "POST",
        "/v1/images/generations",
        Reply::json(R"({"created":1,"data":[{"url":"https://x/1"},{"url":"https://x/2"}]})"));
    const auto answer = s.gateway.post(
        "/v1/images/generations",
        R"({"model":"dall-e-3","prompt":"a cat","n":2,"quality":"hd","size":"1024x1024"})");
    CHECK(answer.header("X-Cache") == "BYPASS");
    const auto totals = report_after(s.gateway, 1)["totals"];
    CHECK(totals["spent_usd"] == "0.160000");
    CHECK(totals["estimated"] == 0);
}

}  // namespace refrain::tests
