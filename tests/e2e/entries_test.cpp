// Listing, reading and removing what was kept, through /refrain/….
#include "e2e/gateway.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace refrain::tests {
namespace {

using Json = nlohmann::json;

const std::string kEntries = "/refrain/entries";
const std::string kInvalidate = "/refrain/invalidate";

// Three kept answers; two of them carry a tag.
void fill(Scenario& s) {
    s.openai.on("POST", kChat, Reply::json(chat_answer("<b>Hello</b>")));
    const httplib::Headers tagged{{"X-Refrain-Tags", "demo"}};
    CHECK(s.gateway.post(kChat, chat_request("one"), tagged).header("X-Cache") == "MISS");
    CHECK(s.gateway.post(kChat, chat_request("two"), tagged).header("X-Cache") == "MISS");
    CHECK(s.gateway.post(kChat, chat_request("three")).header("X-Cache") == "MISS");
}

std::string cache_of(Scenario& s, const std::string& prompt) {
    return s.gateway.post(kChat, chat_request(prompt)).header("X-Cache");
}

TEST_CASE("What was kept can be listed, read and removed", "[e2e][entries]") {
    Scenario s;
    fill(s);
    const auto key = s.gateway.post(kChat, chat_request("one")).header("X-Refrain-Key");

    const auto listed = Json::parse(s.gateway.get(kEntries + "?tag=demo").body);
    CHECK(listed["entries"].size() == 2);
    CHECK(listed["next_cursor"].is_null());
    CHECK(Json::parse(s.gateway.get(kEntries + "?limit=2").body)["entries"].size() == 2);

    const auto entry = Json::parse(s.gateway.get(kEntries + "/" + key).body);
    CHECK(entry["operation"] == "chat");
    CHECK(entry["tags"] == Json::array({"demo"}));
    CHECK(entry["text"] == chat_answer("<b>Hello</b>"));
    const auto body = s.gateway.get(kEntries + "/" + key + "/body");
    CHECK(body.body == chat_answer("<b>Hello</b>"));
    CHECK(body.header("Content-Type") == "text/plain; charset=utf-8");

    const std::string asked =
        R"({"body":{"messages":[{"content":"one","role":"user"}],"model":"gpt-4o"}})";
    CHECK(entry["request"] == asked);
    s.gateway.restart();
    CHECK(Json::parse(s.gateway.get(kEntries + "/" + key).body)["request"] == asked);

    CHECK(s.gateway.remove(kEntries + "/" + key).body == R"({"matched":1})");
    CHECK(s.gateway.remove(kEntries + "/" + key).status == 404);
    CHECK(s.gateway.get(kEntries + "/nonsense").status == 404);
    CHECK(cache_of(s, "one") == "MISS");
    CHECK(cache_of(s, "two") == "HIT");
}

TEST_CASE("An invalidation is in force at once, and after kill -9", "[e2e][entries]") {
    Scenario s;
    fill(s);

    CHECK(s.gateway.post(kInvalidate, R"({"tags":["demo"],"dry_run":true})").body ==
          R"({"matched":2})");
    CHECK(cache_of(s, "one") == "HIT");
    CHECK(s.gateway.post(kInvalidate, R"({"tags":["demo"]})").body == R"({"matched":2})");
    CHECK(cache_of(s, "three") == "HIT");
    s.gateway.crash();

    CHECK(cache_of(s, "one") == "MISS");
    CHECK(cache_of(s, "two") == "MISS");
    CHECK(s.gateway.post(kInvalidate, "{}").status == 400);
    CHECK(s.gateway.get(kInvalidate).status == 405);
}

TEST_CASE("The last requests are listed, the newest last", "[e2e][entries]") {
    Scenario s(Environment{
        {"REFRAIN_SERVER_THREADS", "1"}});  // two loops count an answer when each is done
    fill(s);
    cache_of(s, "one");

    const auto all = Json::parse(s.gateway.get("/refrain/requests").body)["requests"];
    REQUIRE(all.size() == 4);
    CHECK(all.front()["outcome"] == "MISS");
    CHECK(all.back()["outcome"] == "HIT");
    CHECK(all.back()["operation"] == "chat");
    const auto after = std::to_string(all[2]["id"].get<std::int64_t>());
    const auto news = Json::parse(s.gateway.get("/refrain/requests?after=" + after).body);
    CHECK(news["requests"].size() == 1);
    CHECK(s.gateway.get("/refrain/requests?after=x").status == 400);
}

}  // namespace
}  // namespace refrain::tests
