// What must not cross: the answers, keys and credentials of two upstreams, two settings, two
// callers.
#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <thread>

namespace refrain::tests {
namespace {

const std::string kMounted = "/openai" + kChat;

// "openai", and "other" that claims every gpt-4o.
struct Claimed {
    explicit Claimed(Environment more = {}) : s(with(std::move(more))) {
        s.openai.on("POST", kChat, Reply::json(chat_answer("of openai")));
        other.on("POST", kChat, Reply::json(chat_answer("of the other")));
    }
    Environment with(Environment more) const {
        more.insert({{"REFRAIN_UPSTREAMS_OTHER_BASE_URL", other.url()},
                     {"REFRAIN_UPSTREAMS_OTHER_MODELS", "gpt-4o*"}});
        return more;
    }
    std::string ask(const std::string& path, httplib::Headers headers = {}) {
        return s.gateway.post(path, chat_request("Hi"), std::move(headers)).body;
    }

    ScriptedUpstream other;
    Scenario s;
};

TEST_CASE("A path that names its upstream and one that does not share no answer",
          "[e2e][crossing]") {
    Claimed claimed;
    const bool mounted_first = GENERATE(true, false);
    for (int round = 0; round < 3; ++round) {
        for (const bool mounted : {mounted_first, !mounted_first}) {
            CAPTURE(mounted_first, round, mounted);
            CHECK(claimed.ask(mounted ? kMounted : kChat) ==
                  chat_answer(mounted ? "of openai" : "of the other"));
        }
    }
    CHECK(claimed.s.openai.received() == 1);
    CHECK(claimed.other.received() == 1);
}

TEST_CASE("In a shared scope, a key that one upstream takes is no key for another",
          "[e2e][crossing][scope]") {
    Claimed claimed(Environment{{"REFRAIN_CACHE_SCOPE", "shared"}});
    const httplib::Headers good{{"Authorization", "Bearer sk-good"}};
    const httplib::Headers bogus{{"Authorization", "Bearer bogus"}};
    CHECK(claimed.ask(kMounted, good) == chat_answer("of openai"));
    // The other takes any key, and says so.
    CHECK(claimed.ask(kChat, bogus) == chat_answer("of the other"));

    claimed.s.openai.on("POST", kChat, Reply::json(R"({"error":{"message":"bad key"}})", 401));
    CHECK(claimed.ask(kMounted, good) == chat_answer("of openai"));
    CHECK(claimed.ask(kMounted, bogus).find("bad key") != std::string::npos);
    CHECK(claimed.ask(kMounted, bogus).find("bad key") != std::string::npos);
}

TEST_CASE("In a shared scope, a model asked elsewhere needs a key that is good there",
          "[e2e][crossing][scope]") {
    Claimed claimed(Environment{{"REFRAIN_CACHE_SCOPE", "shared"},
                                {"REFRAIN_UPSTREAMS_OPENAI_API_KEY_ENV", "OWN"},
                                {"OWN", "sk-own"}});
    const httplib::Headers good{{"Authorization", "Bearer sk-good"}};
    const httplib::Headers none{{"Authorization", ""}};
    CHECK(claimed.ask(kChat, good) == chat_answer("of the other"));
    claimed.other.on("POST", kChat, Reply::json(R"({"error":{"message":"no key"}})", 401));
    for (int i = 0; i < 3; ++i) {
        CAPTURE(i);
        CHECK(claimed.ask(kChat, none).find("no key") != std::string::npos);
    }
}

TEST_CASE("After a reload the same bytes lead to the upstream that is set now",
          "[e2e][crossing][reload]") {
    ScriptedUpstream before;
    ScriptedUpstream after;
    before.on("POST", kChat, Reply::json(chat_answer("before")));
    after.on("POST", kChat, Reply::json(chat_answer("after")));
    ScratchDir files;
    const auto configure = [&](const std::string& url) {
        std::ofstream(files / "refrain.toml") << "[upstreams.mine]\nbase_url = \"" << url << "\"\n";
    };
    configure(before.url());
    Gateway gateway({files / "data", before.url(), {}, {"--config", files / "refrain.toml"}});
    const std::string path = "/up/mine" + kChat;
    const auto ask = [&] { return gateway.post(path, chat_request("Hi")).body; };
    CHECK(ask() == chat_answer("before"));
    CHECK(ask() == chat_answer("before"));

    configure(after.url());
    gateway.process().signal(SIGHUP);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (after.received() == 0 && std::chrono::steady_clock::now() < end) {
        ask();
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    CHECK(ask() == chat_answer("after"));
    CHECK(before.received() == 1);
}

TEST_CASE("The gateway's own key is lent to no web page", "[e2e][crossing][identity]") {
    Scenario s(Environment{{"REFRAIN_UPSTREAMS_OPENAI_API_KEY_ENV", "OWN"}, {"OWN", "sk-own"}});
    s.openai.on("POST", kChat, Reply::json(chat_answer("bought")));
    const httplib::Headers none{{"Authorization", ""}};
    const auto with = [&](const std::string& name, const std::string& value) {
        httplib::Headers headers = none;
        headers.emplace(name, value);
        return s.gateway.post(kChat, chat_request("Hi"), headers);
    };
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, std::string>>{{"Host", "rebound.example"},
                                                          {"Host", "127.evil.example:8080"},
                                                          {"Origin", "https://evil.example"},
                                                          {"Sec-Fetch-Site", "cross-site"}}) {
        CAPTURE(name, value);
        const auto refused = with(name, value);
        CHECK(refused.status == 401);
        CHECK(refused.body.find("refrain_unauthorized") != std::string::npos);
    }
    CHECK(s.openai.received() == 0);
    CHECK(with("Host", "localhost").status == 200);
    CHECK(s.openai.received() == 1);

    s.gateway.restart_with({{"REFRAIN_UPSTREAMS_OPENAI_API_KEY_ENV", "OWN"},
                            {"OWN", "sk-own"},
                            {"REFRAIN_SERVER_ALLOW_OPEN", "true"}});
    CHECK(with("Host", "refrain.example").status == 200);
}

TEST_CASE("A head that comes in two pieces is read whole, whatever came between",
          "[e2e][crossing][scope]") {
    Scenario s(Environment{{"REFRAIN_SERVER_THREADS", "1"}});
    s.openai.on("POST", kChat, Reply::json(chat_answer("asked")));
    const auto request = [](const std::string& key, const std::string& prompt) {
        const std::string body = chat_request(prompt);
        return "POST " + kChat + " HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer " + key +
               "\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\nX-Last: here\r\n\r\n" + body;
    };
    // Cut behind the credential, and before it.
    const std::size_t cut = GENERATE(90, 30);
    const auto ask = [&](RawClient& client, const std::string& bytes, RawClient* between) {
        client.forget();
        client.send(bytes.substr(0, cut));
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        if (between != nullptr) {
            between->send(request("sk-b", "another"));
            REQUIRE(between->read_until("asked"));
        }
        client.send(bytes.substr(cut));
        REQUIRE(client.read_until("asked"));
    };
    RawClient a(s.gateway.port());
    RawClient b(s.gateway.port());
    a.send(request("sk-a", "first"));
    REQUIRE(a.read_until("asked"));
    ask(a, request("sk-a", "first"), nullptr);
    ask(a, request("sk-a", "other"), &b);

    for (const auto& received : s.openai.requests()) {
        const bool of_b = received.body.find("another") != std::string::npos;
        CHECK(received.header("Authorization") == (of_b ? "Bearer sk-b" : "Bearer sk-a"));
        CHECK(received.header("X-Last") == "here");
    }
    CHECK(s.openai.received() == 3);
}

}  // namespace
}  // namespace refrain::tests
