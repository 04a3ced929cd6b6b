#include "gateway/controls.hpp"
#include "gateway/error_response.hpp"
#include "gateway/forwarding.hpp"
#include "gateway/identity.hpp"
#include "gateway/standing.hpp"
#include "gateway/status_lines.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace refrain::gateway {
namespace {

TEST_CASE("What is forwarded is keyed unless it is telemetry", "[gateway][forwarding]") {
    const auto [name, travel] = GENERATE(table<std::string, Travel>({
        {"Authorization", Travel::credential},
        {"X-Goog-Api-Key", Travel::credential},
        {"User-Agent", Travel::forwarded},
        {"X-Stainless-Retry-Count", Travel::forwarded},
        {"traceparent", Travel::forwarded},
        {"OpenAI-Organization", Travel::keyed},
        {"OpenAI-Beta", Travel::keyed},
        {"X-Anything-Else", Travel::keyed},
        {"Connection", Travel::dropped},
        {"X-Forwarded-For", Travel::dropped},
        {"Cookie", Travel::dropped},
        {"X-Refrain-TTL", Travel::dropped},
        {"Cache-Control", Travel::dropped},
        {"Accept-Encoding", Travel::unmemoized},
        {"X-Goog-Request-Params", Travel::forwarded},
        {"If-Unmodified-Since-When-This-Is-Longer-Than-Any", Travel::keyed},
        {"X-Stainless-A-Name-Longer-Than-Any-That-Is-Known", Travel::forwarded},
        {"", Travel::keyed},
    }));
    CAPTURE(name);
    CHECK(travel_of(name) == travel);
}

TEST_CASE("Keyed fields are sorted and lower-case, what Connection names is not among them",
          "[gateway][forwarding]") {
    http::RequestHead head;
    head.fields.add("X-B", "2");
    head.fields.add("OpenAI-Beta", "x");
    head.fields.add("X-Hop", "3");
    head.fields.add("Connection", "x-hop");
    const std::vector<std::pair<std::string, std::string>> expected{{"openai-beta", "x"},
                                                                    {"x-b", "2"}};
    CHECK(keyed_headers(travelling_fields(head)) == expected);
}

TEST_CASE("No caller is given what belongs to another's call", "[gateway][forwarding]") {
    for (const auto* name : {"Set-Cookie",
                             "x-request-id",
                             "x-ratelimit-remaining-requests",
                             "cf-ray",
                             "openai-organization",
                             "openai-processing-ms"}) {
        CAPTURE(name);
        CHECK_FALSE(returns_to_anyone(name));
        CHECK(returns_to_leader(name));
    }
    CHECK_FALSE(returns_to_leader("Transfer-Encoding"));
    CHECK(returns_to_anyone("openai-version"));
}

TEST_CASE("Controls are read from their headers", "[gateway][controls]") {
    http::Fields fields;
    fields.add("Cache-Control", "no-cache, max-age=60");
    fields.add("X-Refrain-TTL", "10m");
    fields.add("X-Refrain-Tags", "a, b ,,c");
    fields.add("X-Refrain-Replay", "paced");
    const auto controls = read_controls(fields);
    REQUIRE(controls);
    CHECK(controls->cache_control.no_cache);
    CHECK(controls->ttl == std::chrono::minutes(10));
    CHECK(controls->tags == std::vector<std::string>{"a", "b", "c"});
    CHECK(controls->paced);
}

TEST_CASE("A control that makes no sense is refused by name", "[gateway][controls]") {
    const auto [name, value] = GENERATE(table<std::string, std::string>({
        {"X-Refrain-TTL", "soon"},
        {"X-Refrain-Replay", "fast"},
        {"X-Refrain-Variant", std::string(300, 'v')},
        {"X-Refrain-Tags", std::string(300, 't')},
    }));
    http::Fields fields;
    fields.add(name, value);
    const auto controls = read_controls(fields);
    REQUIRE_FALSE(controls);
    CHECK(controls.error().message.find(name) != std::string::npos);
}

TEST_CASE("Scopes differ by credential and by secret, and tell neither", "[gateway][identity]") {
    Upstream upstream;
    const auto scope_of = [&](const std::string& key, const std::string& secret) {
        http::RequestHead head;
        head.fields.add("Authorization", key);
        return identify(head, "", upstream, config::Scope::automatic, secret).scope;
    };
    CHECK(scope_of("Bearer a", "s") == scope_of("Bearer a", "s"));
    CHECK(scope_of("Bearer a", "s") != scope_of("Bearer b", "s"));
    CHECK(scope_of("Bearer a", "s") != scope_of("Bearer a", "t"));
    CHECK(scope_of("Bearer secretive", "s").find("secretive") == std::string::npos);
}

TEST_CASE("An own key is lent only to who brings none", "[gateway][identity]") {
    Upstream upstream;
    upstream.own_key = "sk-own";
    http::RequestHead none;
    CHECK(identify(none, "", upstream, config::Scope::automatic, "s").uses_own_key);
    http::RequestHead with;
    with.fields.add("Authorization", "Bearer mine");
    CHECK_FALSE(identify(with, "", upstream, config::Scope::automatic, "s").uses_own_key);
    CHECK_FALSE(identify(none, "key=abc", upstream, config::Scope::automatic, "s").uses_own_key);
}

TEST_CASE("Errors speak the caller's dialect", "[gateway][errors]") {
    const Error stalled{ErrorCode::timeout, Origin::upstream, "no answer in 600 s"};
    const auto openai =
        nlohmann::json::parse(error_answer(providers::Dialect::openai, stalled).body);
    CHECK(openai["error"]["code"] == "refrain_upstream_timeout");
    CHECK(openai["error"]["param"].is_null());
    const auto google =
        nlohmann::json::parse(error_answer(providers::Dialect::google, stalled).body);
    CHECK(google["error"]["code"] == 504);
    CHECK(google["error"]["status"] == "DEADLINE_EXCEEDED");
    const auto array =
        nlohmann::json::parse(error_answer(providers::Dialect::google_array, stalled).body);
    CHECK(array == nlohmann::json::array({google}));
    CHECK(http_status({ErrorCode::too_large, Origin::client, ""}) == 413);
    CHECK(http_status({ErrorCode::unreachable, Origin::upstream, ""}) == 502);
}

TEST_CASE("Who finds the gateway too busy is told when to come back", "[gateway][errors]") {
    const auto head = [](int status) {
        return error_answer(providers::Dialect::openai, status, "refrain_x", "why").head;
    };
    CHECK(head(503).find("Retry-After: 1\r\n") != std::string::npos);
    CHECK(head(502).find("Retry-After") == std::string::npos);
}

TEST_CASE("Cache-Status says what happened", "[gateway][status]") {
    StatusLines lines;
    lines.outcome = Outcome::hit;
    lines.detail = "memory";
    lines.ttl_seconds = 60;
    lines.age_seconds = 2;
    lines.key = "0a1b";
    lines.money = "X-Refrain-Cost-USD: 0.000000\r\n";
    std::string head;
    append_status_lines(head, lines);
    CHECK(head ==
          "X-Cache: HIT\r\nX-Refrain-Key: 0a1b\r\nX-Refrain-Cost-USD: 0.000000\r\n"
          "Cache-Status: refrain; hit; ttl=60; key=\"0a1b\"; detail=memory\r\nAge: 2\r\n");
}

TEST_CASE("What an entry stands for is worked out once, and begins every hit on it",
          "[gateway][status]") {
    ledger::Names names;
    cache::Entry entry;
    entry.key = sha256("k");
    entry.content_type = "application/json";
    entry.headers = {{"openai-version", "2020-10-01"}};
    entry.price = R"({"usd":"0.0035"})";
    entry.created = wall_now();

    const Standing& standing = standing_of(names, entry);
    CHECK(&standing_of(names, entry) == &standing);
    CHECK(standing.paid_fields ==
          "X-Refrain-Cost-USD: 0.003500\r\nX-Refrain-Saved-USD: 0.000000\r\n");
    std::string head;
    write_hit_head(head, entry, standing, "disk");
    CHECK(
        head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                         "openai-version: 2020-10-01\r\nX-Cache: HIT\r\nX-Refrain-Key: " +
                         entry.key.hex() +
                         "\r\nX-Refrain-Cost-USD: 0.000000\r\nX-Refrain-Saved-USD: "
                         "0.003500\r\nX-Request-Id: req_"));
    CHECK(head.find("\r\nCache-Status: refrain; hit; key=\"" + entry.key.hex() +
                    "\"; detail=disk\r\nAge: ") != std::string::npos);

    cache::Entry unpriced = entry;
    unpriced.price = R"({"unpriced":"no price is known for this model"})";
    CHECK(standing_of(names, unpriced).paid_fields.empty());
    CHECK(standing_of(names, unpriced).saved_fields == "X-Refrain-Cost-USD: 0.000000\r\n");
}

}  // namespace
}  // namespace refrain::gateway
