// The money, as an operator sees it: through the real gateway, restarts and kill -9 included. What
// the report says is worked out again here, from the answers themselves and prices written by hand.
#include "e2e/gateway.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <thread>

namespace refrain::tests {
namespace {

using Json = nlohmann::json;

// In pico-dollars for one token.
struct Price {
    std::int64_t input;
    std::int64_t output;
};
const std::map<std::string, Price> kPrices{
    {"gpt-4o", {2'500'000, 10'000'000}},
    {"gpt-5-mini", {250'000, 2'000'000}},
    {"text-embedding-3-small", {20'000, 0}},
    {"gpt-3.5-turbo-instruct", {1'500'000, 2'000'000}},
};

std::int64_t pico_of(const std::string& dollars) {
    const auto point = dollars.find('.');
    std::string digits = dollars.substr(0, point);
    std::string part = point == std::string::npos ? "" : dollars.substr(point + 1);
    part.resize(12, '0');
    return std::stoll(digits + part);
}

Json report_of(Gateway& gateway, const std::string& query = "") {
    return Json::parse(gateway.get("/refrain/stats" + query).body);
}

const Json& row(const Json& rows, const std::string& name) {
    for (const auto& one : rows) {
        if (one["name"] == name) return one;
    }
    static const Json kNone;
    FAIL("no row " + name);
    return kNone;
}

// One kind of call in the scripted day.
struct Call {
    std::string path;
    std::string model;
    std::string body;
    std::string tag;
    std::int64_t characters = 0;  // to be spoken, where that is what is billed
};
constexpr std::int64_t kCharacter = 15'000'000;  // of tts-1, in pico-dollars

std::vector<Call> calls() {
    std::vector<Call> all;
    for (int i = 0; i < 12; ++i) {
        const std::string text = "question " + std::to_string(i);
        for (const std::string model : {"gpt-4o", "gpt-5-mini"}) {
            const Json body{{"model", model},
                            {"messages", {{{"role", "user"}, {"content", text}}}}};
            all.push_back({kChat, model, body.dump(), i % 2 == 0 ? "even" : ""});
        }
        const Json embed{{"model", "text-embedding-3-small"}, {"input", text}};
        all.push_back({"/v1/embeddings", "text-embedding-3-small", embed.dump(), "search"});
        const Json complete{{"model", "gpt-3.5-turbo-instruct"}, {"prompt", text}};
        all.push_back({"/v1/completions", "gpt-3.5-turbo-instruct", complete.dump(), ""});
        const Json strange{{"model", "llama-9"},
                           {"messages", {{{"role", "user"}, {"content", text}}}}};
        all.push_back({kChat, "llama-9", strange.dump(), ""});
        const Json speak{{"model", "tts-1"}, {"voice", "alloy"}, {"input", text}};
        all.push_back({"/v1/audio/speech",
                       "tts-1",
                       speak.dump(),
                       "voice",
                       static_cast<std::int64_t>(text.size())});
        Json search = Json::parse(all.front().body);
        search["web_search_options"] = Json::object();
        all.push_back({kChat, "gpt-4o", search.dump(), "past"});
    }
    return all;
}

// What the test itself adds up.
struct Tally {
    std::int64_t spent = 0;
    std::int64_t saved = 0;
    std::map<std::string, std::int64_t> saved_by_model;
    std::map<std::string, std::int64_t> saved_by_tag;
    std::int64_t tokens_in = 0;
    std::uint64_t requests = 0;
    std::uint64_t unpriced = 0;

    void enter(const Call& call, const Answer& answer) {
        ++requests;
        const bool hit = answer.header("X-Cache") == "HIT";
        const auto cost = cost_of(call, answer, hit);
        if (!cost) {
            ++unpriced;
            return;
        }
        enter(call, *cost, hit, answer);
    }

    // Absent where there is no price.
    std::optional<std::int64_t> cost_of(const Call& call, const Answer& answer, bool hit) {
        if (call.characters > 0) return call.characters * kCharacter;
        const auto usage = Json::parse(answer.body)["usage"];
        const auto input = usage["prompt_tokens"].get<std::int64_t>();
        if (hit) tokens_in += input;
        const auto price = kPrices.find(call.model);
        if (price == kPrices.end()) return std::nullopt;
        return input * price->second.input +
               usage.value("completion_tokens", std::int64_t{0}) * price->second.output;
    }

    void enter(const Call& call, std::int64_t cost, bool hit, const Answer& answer) {
        if (answer.header("X-Cache") == "BYPASS") {
            spent += cost;
            return;
        }
        // Speech goes out as it arrives: its cost may be known only at the end.
        const bool may_be_silent = !hit && call.characters > 0;
        if (!may_be_silent || answer.has_header("X-Refrain-Cost-USD")) {
            CHECK(pico_of(answer.header("X-Refrain-Cost-USD")) == (hit ? 0 : cost));
            CHECK(pico_of(answer.header("X-Refrain-Saved-USD")) == (hit ? cost : 0));
        }
        (hit ? saved : spent) += cost;
        if (!hit) return;
        saved_by_model[call.model] += cost;
        if (!call.tag.empty()) saved_by_tag[call.tag] += cost;
    }
};

void check_report(const Json& report, const Tally& tally) {
    const Json& totals = report["totals"];
    CHECK(pico_of(totals["spent_usd"]) == tally.spent);
    CHECK(pico_of(totals["saved_usd"]) == tally.saved);
    CHECK(totals["saved"]["input_tokens"] == tally.tokens_in);
    CHECK(totals["unpriced"] == tally.unpriced);
    CHECK(report["unpriced"] == Json{{{"model", "llama-9"}, {"requests", tally.unpriced}}});
    for (const auto& [model, saved] : tally.saved_by_model)
        CHECK(pico_of(row(report["by_model"], model)["saved_usd"]) == saved);
    for (const auto& [tag, saved] : tally.saved_by_tag)
        CHECK(pico_of(row(report["by_tag"], tag)["saved_usd"]) == saved);
    std::int64_t by_operation = 0;
    for (const auto& one : report["by_operation"])
        by_operation += pico_of(one["saved_usd"]);
    CHECK(by_operation == tally.saved);
}

// Waits until the ledger's store has written that tag to its log, with all that was entered before
// it; half a minute at most.
void wait_until_stored(const std::string& data_dir, const std::string& tag) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < deadline) {
        for (const auto& file : std::filesystem::directory_iterator(data_dir + "/ledger")) {
            if (file.path().extension() != ".log") continue;
            std::ifstream log(file.path(), std::ios::binary);
            const std::string bytes(std::istreambuf_iterator<char>(log), {});
            if (bytes.find(tag) != std::string::npos) return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

struct DemoDay {
    Process demo{{.program = REFRAIN_DEMO_BIN,
                  .arguments = {"--listen", "127.0.0.1:0"},
                  .environment = {},
                  .standard_input = ""}};
    ScratchDir data;
    Gateway gateway{{data / "data", demo.url(), {}, {}}};
};

}  // namespace

TEST_CASE("A day of mixed traffic is reported to the last pico-dollar, kill -9 included",
          "[e2e][money]") {
    DemoDay day;
    Tally tally;
    const auto all = calls();
    for (std::size_t i = 0; i < all.size() * 3; ++i) {
        const Call& call = all[(i * 11) % all.size()];
        httplib::Headers headers;
        if (!call.tag.empty()) headers.emplace("X-Refrain-Tags", call.tag);
        const auto answer = day.gateway.post(call.path, call.body, headers);
        REQUIRE(answer.status == 200);
        tally.enter(call, answer);
    }
    check_report(report_after(day.gateway, tally.requests), tally);
    CHECK(report_of(day.gateway, "?model=gpt-4o")["totals"]["saved_usd"] ==
          row(report_of(day.gateway)["by_model"], "gpt-4o")["saved_usd"]);

    // Within a second or so all of it is stored.
    Call last = all.front();
    last.tag = "the-last-of-the-day";
    tally.enter(last, day.gateway.post(last.path, last.body, {{"X-Refrain-Tags", last.tag}}));
    report_after(day.gateway, tally.requests);
    wait_until_stored(day.data / "data", last.tag);
    day.gateway.crash();
    check_report(report_after(day.gateway, tally.requests), tally);

    const auto series = Json::parse(day.gateway.get("/refrain/stats/series?window=3h").body);
    std::int64_t saved = 0;
    for (const auto& point : series["points"])
        saved += pico_of(point["saved_usd"]);
    CHECK(saved == tally.saved);
}

TEST_CASE("Those who share a call are credited apart from hits", "[e2e][money]") {
    Scenario s;
    s.openai.on("POST",
                kChat,
                Reply::chunked(200, {{"Content-Type", "application/json"}})
                    .pause(std::chrono::milliseconds(400))
                    .chunk(chat_answer("shared"))
                    .finish());
    // The client library makes its tables at the first call: not in four threads at once.
    CHECK(s.gateway.get("/refrain/health").status == 200);
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; ++i)
        callers.emplace_back([&] { s.gateway.post(kChat, chat_request("same")); });
    for (auto& caller : callers)
        caller.join();
    const auto totals = report_after(s.gateway, 4)["totals"];
    CHECK(totals["misses"] == 1);
    CHECK(pico_of(totals["spent_usd"]) > 0);
    CHECK(pico_of(totals["coalesced_usd"]) ==
          pico_of(totals["spent_usd"]) * totals["coalesced"].get<std::int64_t>());
    CHECK(pico_of(totals["saved_usd"]) ==
          pico_of(totals["spent_usd"]) * totals["hits"].get<std::int64_t>());
}

TEST_CASE("Observe mode serves nothing and tells what it would have saved", "[e2e][money]") {
    Scenario s(Environment{{"REFRAIN_MODE", "observe"}});
    s.openai.on("POST", kChat, Reply::json(chat_answer("hello")));
    for (int i = 0; i < 3; ++i)
        CHECK(s.gateway.post(kChat, chat_request("same")).header("X-Cache") == "MISS");
    const auto totals = report_after(s.gateway, 3)["totals"];
    CHECK(s.openai.received() == 3);
    CHECK(totals["hits"] == 0);
    CHECK(totals["would_hits"] == 2);
    CHECK(pico_of(totals["spent_usd"]) > 0);
    CHECK(pico_of(totals["would_save_usd"]) * 3 == pico_of(totals["spent_usd"]) * 2);
}

TEST_CASE("Prices of one's own win over the built-in ones", "[e2e][money]") {
    Scenario s(Environment{{"REFRAIN_PRICING_OVERRIDES", "gpt-4o input=1 output=0"}});
    s.openai.on("POST", kChat, Reply::json(chat_answer("hello")));
    const auto answer = s.gateway.post(kChat, chat_request("same"));
    const auto input = Json::parse(answer.body)["usage"]["prompt_tokens"].get<std::int64_t>();
    CHECK(pico_of(answer.header("X-Refrain-Cost-USD")) == input * 1'000'000);
    const auto hit = s.gateway.post(kChat, chat_request("same"));
    CHECK(pico_of(hit.header("X-Refrain-Saved-USD")) == input * 1'000'000);
}

TEST_CASE("A reset keeps what was in a file", "[e2e][money]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("hello")));
    s.gateway.post(kChat, chat_request("same"));
    report_after(s.gateway, 1);
    CHECK(s.gateway.post("/refrain/cache/status", R"({"action":"reset-stats"})").status == 200);
    CHECK(s.gateway.total("requests") == 0);
    std::size_t files = 0;
    for (const auto& file : std::filesystem::directory_iterator(s.data / "data/archive"))
        files += file.path().extension() == ".jsonl" ? 1 : 0;
    CHECK(files == 1);
}

TEST_CASE("A question the report cannot answer is refused with a sentence", "[e2e][money]") {
    Scenario s;
    for (const auto* query : {"/refrain/stats?since=yesterday",
                              "/refrain/stats?mdoel=x",
                              "/refrain/stats?since=-1h",
                              "/refrain/stats/series?step=90s",
                              "/refrain/stats/series?step=0h",
                              "/refrain/stats/series?window=100000d&step=1h",
                              "/refrain/stats/series?step=99999999999999999h"}) {
        CAPTURE(query);
        const auto answer = s.gateway.get(query);
        CHECK(answer.status == 400);
        CHECK(answer.body.find("refrain_bad_query") != std::string::npos);
    }
    CHECK(s.gateway.get("/refrain/stats?since=24h&tag=%22%3Cb%3E").status == 200);
}

// The text format of Prometheus, strictly: one HELP and TYPE before a family's samples, no family
// twice, no sample twice, numbers that are numbers, counters that end in _total, histograms whose
// buckets only grow.
TEST_CASE("Metrics are what Prometheus reads", "[e2e][money]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("hello")));
    for (int i = 0; i < 3; ++i)
        s.gateway.post(kChat, R"({"model":"a\"b\\c\nd","messages":[]})");
    s.openai.on("POST", kChat, Reply::json("{}", 503));
    s.gateway.post(kChat, chat_request("other"));
    report_after(s.gateway, 4);
    const auto answer = s.gateway.get("/metrics");
    CHECK(answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(s.gateway.get("/refrain/metrics").status == 200);

    const std::regex comment(R"re(# (HELP|TYPE) (refrain_[a-z_]+) (.+))re");
    const std::regex sample(
        R"re((refrain_[a-z_]+)((?:\{(?:[a-z_]+="(?:[^"\\]|\\["\\n])*",?)+\})?) ([0-9.e+-]+|\+Inf))re");
    std::set<std::string> families;
    std::set<std::string> samples;
    std::string family;
    std::string type;
    double last_bucket = 0;
    std::istringstream lines(answer.body);
    REQUIRE(answer.body.ends_with('\n'));
    for (std::string line; std::getline(lines, line);) {
        CAPTURE(line);
        std::smatch parts;
        if (std::regex_match(line, parts, comment)) {
            if (parts[1] == "HELP") {
                family = parts[2];
                CHECK(families.insert(family).second);
            } else {
                CHECK(parts[2] == family);
                type = parts[3];
                CHECK(family.ends_with("_total") == (type == "counter"));
            }
            continue;
        }
        REQUIRE(std::regex_match(line, parts, sample));
        CHECK(samples.insert(parts[1].str() + parts[2].str()).second);
        const std::string suffix = parts[1].str().substr(family.size());
        CHECK(parts[1].str().starts_with(family));
        CHECK((suffix.empty() || (type == "histogram" && (suffix == "_bucket" || suffix == "_sum" ||
                                                          suffix == "_count"))));
        if (suffix == "_bucket") {
            const double value = std::stod(parts[3]);
            CHECK(value >= last_bucket);
            last_bucket = line.find("+Inf") == std::string::npos ? value : 0;
        }
    }
    for (const auto* name : {"requests_total",
                             "saved_usd_total",
                             "spent_usd_total",
                             "upstream_seconds",
                             "request_seconds",
                             "cache_bytes",
                             "cache_entries",
                             "evictions_total",
                             "inflight",
                             "upstream_errors_total"}) {
        CHECK(families.count(std::string("refrain_") + name) == 1);
    }
    CHECK(answer.body.find("a\\\"b") == std::string::npos);  // no caller's word is a label
    CHECK(answer.body.find(R"({provider="openai",reason="status_503"} 1)") != std::string::npos);
}

}  // namespace refrain::tests
