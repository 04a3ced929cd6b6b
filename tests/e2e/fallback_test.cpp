// upstreams.NAME.fallback: another upstream answers for one that cannot.
#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <vector>

namespace refrain::tests {
namespace {

const std::string kDead = "http://127.0.0.1:1";

// "openai" with "spare" as its fallback, which has a key of its own.
struct Pair {
    explicit Pair(Environment more = {}) : s(with(std::move(more))) {}

    Environment with(Environment more) const {
        more.insert({{"REFRAIN_UPSTREAMS_OPENAI_FALLBACK", "spare"},
                     {"REFRAIN_UPSTREAMS_SPARE_BASE_URL", spare.url()},
                     {"REFRAIN_UPSTREAMS_SPARE_API_KEY_ENV", "SPARE_KEY"},
                     {"SPARE_KEY", "sk-spare"}});
        return more;
    }
    void openai_fails(int status = 503) {
        s.openai.on("POST", kChat, Reply::json(R"({"error":{"message":"down"}})", status));
    }

    ScriptedUpstream spare;
    Scenario s;
};

TEST_CASE("An upstream that answers 5xx is replaced by its fallback", "[e2e][fallback]") {
    Pair pair;
    const int status = GENERATE(500, 502, 503, 504);
    pair.openai_fails(status);
    pair.spare.on("POST", kChat, Reply::json(chat_answer("from the spare")));

    const auto first = pair.s.gateway.post(kChat, chat_request("Hi"));
    const auto second = pair.s.gateway.post(kChat, chat_request("Hi"));

    CHECK(first.status == 200);
    CHECK(first.body == chat_answer("from the spare"));
    CHECK(first.header("X-Cache") == "MISS");
    CHECK(first.header("Cache-Status").find("detail=fallback") != std::string::npos);
    // The one it was meant for is asked again first; what the spare said before is not bought
    // twice.
    CHECK(second.header("X-Cache") == "HIT");
    CHECK(second.header("Cache-Status").find("detail=fallback") != std::string::npos);
    CHECK(second.body == first.body);
    CHECK(pair.s.openai.received() == 2);
    CHECK(pair.spare.received() == 1);
    const auto report = report_after(pair.s.gateway, 2);
    REQUIRE(report["by_provider"].size() == 1);
    CHECK(report["by_provider"][0]["name"] == "spare");
}

TEST_CASE("The spare's answer is not taken for the other's", "[e2e][fallback]") {
    Pair pair;
    pair.openai_fails();
    pair.spare.on("POST", kChat, Reply::json(chat_answer("from the spare")));
    const auto borrowed = pair.s.gateway.post(kChat, chat_request("Hi"));
    pair.s.openai.on("POST", kChat, Reply::json(chat_answer("from OpenAI")));

    const auto own = pair.s.gateway.post(kChat, chat_request("Hi"));

    CHECK(own.header("X-Cache") == "MISS");
    CHECK(own.body == chat_answer("from OpenAI"));
    CHECK(own.header("X-Refrain-Key") != borrowed.header("X-Refrain-Key"));
    CHECK(pair.s.gateway.post(kChat, chat_request("Hi")).body == own.body);
    CHECK(pair.spare.received() == 1);
}

TEST_CASE("An upstream that cannot be reached, or breaks off before its answer, is replaced",
          "[e2e][fallback]") {
    const bool reachable = GENERATE(false, true);
    Environment more;
    if (!reachable) more["REFRAIN_UPSTREAMS_OPENAI_BASE_URL"] = kDead;
    Pair pair(more);
    pair.s.openai.on("POST", kChat, Reply::json("{}").keep(10).reset());
    pair.spare.on("POST", kChat, chat_stream("from the spare"));

    const auto answer = pair.s.gateway.post(kChat, chat_request("Hi", R"(,"stream":true)"));

    CHECK(answer.status == 200);
    CHECK(answer.body.find("[DONE]") != std::string::npos);
}

TEST_CASE("What the caller did wrong stays his business", "[e2e][fallback]") {
    Pair pair;
    const int status = GENERATE(400, 401, 404, 429);
    pair.openai_fails(status);

    CHECK(pair.s.gateway.post(kChat, chat_request("Hi")).status == status);
    CHECK(pair.spare.received() == 0);
}

TEST_CASE("A stream that breaks half way is shown as broken, not glued to another",
          "[e2e][fallback]") {
    Pair pair;
    Gate seen;
    const auto chunks = chat_chunks("Hello");
    pair.s.openai.on("POST",
                     kChat,
                     Reply::chunked(200, {{"Content-Type", "text/event-stream"}})
                         .chunk(chunks[0])
                         .wait(seen)
                         .reset());
    RawClient client(pair.s.gateway.port());
    client.post(kChat, chat_request("Hi", R"(,"stream":true)"));

    CHECK(client.read_until("data: "));
    seen.open();
    CHECK(client.read_to_end());
    CHECK(client.received().find("\r\n0\r\n\r\n") == std::string::npos);
    CHECK(pair.spare.received() == 0);
}

TEST_CASE("The caller's credential is not shown to the fallback, which has its own",
          "[e2e][fallback]") {
    Pair pair;
    pair.openai_fails();
    pair.spare.on("POST", kChat, Reply::json(chat_answer("from the spare")));

    pair.s.gateway.post(
        kChat, chat_request("Hi"), {{"Authorization", "Bearer sk-mine"}, {"api-key", "sk-too"}});

    const auto seen = pair.spare.last();
    CHECK(seen.header("Authorization") == "Bearer sk-spare");
    CHECK(seen.header("api-key") == "");
    CHECK(pair.s.openai.last().header("Authorization") == "Bearer sk-mine");
}

TEST_CASE("A Gemini key in the query is taken off for the fallback", "[e2e][fallback]") {
    ScriptedUpstream spare;
    Scenario s(Environment{{"REFRAIN_UPSTREAMS_GEMINI_BASE_URL", kDead},
                           {"REFRAIN_UPSTREAMS_GEMINI_FALLBACK", "spare"},
                           {"REFRAIN_UPSTREAMS_SPARE_KIND", "gemini"},
                           {"REFRAIN_UPSTREAMS_SPARE_BASE_URL", spare.url()}});
    const std::string path = "/v1beta/models/gemini-2.5-flash:countTokens";
    spare.on("POST", path, Reply::json(R"({"totalTokens":1})"));

    const auto answer = s.gateway.post(path + "?key=k-secret&x=1",
                                       R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}]})",
                                       {{"Authorization", ""}, {"x-goog-api-key", "k-too"}});

    CHECK(answer.status == 200);
    REQUIRE(spare.received() == 1);
    CHECK(spare.last().target == path + "?x=1");
    CHECK(spare.last().header("x-goog-api-key") == "");
    CHECK(spare.last().header("Authorization") == "");
}

TEST_CASE("Each caller sees only what his own credential had the fallback answer",
          "[e2e][fallback]") {
    Pair pair;
    pair.openai_fails();
    pair.spare.on("POST", kChat, Reply::json(chat_answer("from the spare")));

    const auto mine =
        pair.s.gateway.post(kChat, chat_request("Hi"), {{"Authorization", "Bearer sk-mine"}});
    const auto yours =
        pair.s.gateway.post(kChat, chat_request("Hi"), {{"Authorization", "Bearer sk-yours"}});

    CHECK(mine.header("X-Cache") == "MISS");
    CHECK(yours.header("X-Cache") == "MISS");
    CHECK(mine.header("X-Refrain-Key") != yours.header("X-Refrain-Key"));
}

TEST_CASE("A hundred callers of a dead upstream have the fallback asked once", "[e2e][fallback]") {
    Pair pair(Environment{{"REFRAIN_UPSTREAMS_OPENAI_BASE_URL", kDead}});
    Gate go;
    pair.spare.on("POST",
                  kChat,
                  Reply::chunked(200, {{"Content-Type", "application/json"}})
                      .wait(go)
                      .chunk(chat_answer("from the spare"))
                      .finish());
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(std::make_unique<RawClient>(pair.s.gateway.port()));
        clients.back()->post(kChat, chat_request("Hi"));
    }
    for (auto& client : clients)
        REQUIRE(client->read_until("detail=fallback"));
    go.open();
    for (auto& client : clients)
        CHECK(client->read_until("from the spare"));
    CHECK(pair.spare.received() == 1);
}

TEST_CASE("Retries come first, then the fallback, then its own", "[e2e][fallback]") {
    ScriptedUpstream last;
    Pair pair(Environment{{"REFRAIN_UPSTREAMS_OPENAI_RETRIES", "1"},
                          {"REFRAIN_UPSTREAMS_SPARE_FALLBACK", "last"},
                          {"REFRAIN_UPSTREAMS_LAST_BASE_URL", last.url()}});
    pair.openai_fails();
    pair.spare.on("POST", kChat, Reply::json("{}", 500));
    last.on("POST", kChat, Reply::json(chat_answer("from the last")));

    const auto answer = pair.s.gateway.post(kChat, chat_request("Hi"));

    CHECK(answer.body == chat_answer("from the last"));
    CHECK(pair.s.openai.received() == 2);
    CHECK(pair.spare.received() == 1);
    CHECK(last.last().header("Authorization") == "");
}

TEST_CASE("When nobody can answer, the last one's failure is told", "[e2e][fallback]") {
    Pair pair;
    pair.openai_fails(503);
    pair.spare.on("POST", kChat, Reply::json(R"({"error":{"message":"down too"}})", 502));

    const auto answer = pair.s.gateway.post(kChat, chat_request("Hi"));

    CHECK(answer.status == 502);
    CHECK(answer.body.find("down too") != std::string::npos);
}

TEST_CASE("What is not to be stored falls back as well, and is not stored", "[e2e][fallback]") {
    Pair pair;
    pair.openai_fails();
    pair.spare.on("POST", kChat, Reply::json(chat_answer("from the spare")));
    const httplib::Headers no_store{{"Cache-Control", "no-store"}};

    const auto first = pair.s.gateway.post(kChat, chat_request("Hi"), no_store);
    const auto second = pair.s.gateway.post(kChat, chat_request("Hi"), no_store);

    CHECK(first.body == chat_answer("from the spare"));
    CHECK(second.header("X-Cache") == "BYPASS");
    CHECK(pair.spare.received() == 2);
    CHECK(pair.spare.last().header("Authorization") == "Bearer sk-spare");
}

TEST_CASE("What is tied to an account at one provider does not fall back", "[e2e][fallback]") {
    Pair pair;
    const std::string responses = "/v1/responses";
    pair.s.openai.on("*", "/v1/files", Reply::json("{}", 503));
    pair.s.openai.on("POST", responses, Reply::json("{}", 503));

    CHECK(pair.s.gateway.get("/v1/files").status == 503);
    CHECK(pair.s.gateway.post(responses, R"({"model":"gpt-4o","input":"Hi"})").status == 503);
    CHECK(pair.spare.received() == 0);
    CHECK(
        pair.s.gateway.post(responses, R"({"model":"gpt-4o","input":"Hi","store":false})").status ==
        404);
    CHECK(pair.spare.received() == 1);
}

TEST_CASE("An accepted fallback does not make an unknown key good", "[e2e][fallback]") {
    Pair pair(Environment{{"REFRAIN_CACHE_SCOPE", "shared"}});
    pair.s.openai.on("POST", kChat, Reply::json(chat_answer("from OpenAI")));
    REQUIRE(pair.s.gateway.post(kChat, chat_request("Hi")).status == 200);
    const httplib::Headers unknown{{"Authorization", "Bearer sk-unknown"}};
    pair.openai_fails(503);
    pair.spare.on("POST", kChat, Reply::json(chat_answer("from the spare")));
    REQUIRE(pair.s.gateway.post(kChat, chat_request("Ho"), unknown).status == 200);

    pair.openai_fails(401);
    CHECK(pair.s.gateway.post(kChat, chat_request("Hi"), unknown).status == 401);
}

}  // namespace
}  // namespace refrain::tests
