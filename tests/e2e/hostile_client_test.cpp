#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"
#include "unit/http/request_corpus.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

namespace refrain::tests {
namespace {

std::string unescaped(const std::string& text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            bytes.push_back(text[i]);
            continue;
        }
        const char next = text[++i];
        if (next == 'r')
            bytes.push_back('\r');
        else if (next == 'n')
            bytes.push_back('\n');
        else if (next == 't')
            bytes.push_back('\t');
        else if (next == '\\')
            bytes.push_back('\\');
        else if (next == 'x') {
            bytes.push_back(static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16)));
            i += 2;
        }
    }
    return bytes;
}

TEST_CASE("Malformed requests are refused and never forwarded", "[e2e][hostile]") {
    Scenario s;
    s.openai.on("*", "*", Reply::json("{}"));
    const std::string requests[] = {
        R"(POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{})",
        R"(POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n)",
        R"(POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n)",
        R"(POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{})",
        R"(POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n{})",
        R"(POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length : 2\r\n\r\n{})",
        R"(GET /v1/models HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n)",
        R"(GET /v1/models HTTP/1.1\r\n\r\n)",
        R"(GET /v1/models HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n)",
        R"(GET /v1/models HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n)",
        R"(GET /v1/models HTTP/1.1\nHost: a\n\n)",
        R"(GET /v1/models HTTP/2.0\r\nHost: a\r\n\r\n)",
        R"(GET /v1/../v1/models HTTP/1.1\r\nHost: a\r\n\r\n)",
        R"(GET /v1/%2e%2e/models HTTP/1.1\r\nHost: a\r\n\r\n)",
        R"(GET /v1/mo%00dels HTTP/1.1\r\nHost: a\r\n\r\n)",
        R"(\x16\x03\x01\x02\x00\x01\x00\x01\xfc)",
    };
    for (const auto& request : requests) {
        CAPTURE(request);
        RawClient client(s.gateway.port());
        client.send(unescaped(request));
        CHECK(client.read_until("\r\n\r\n"));
        const std::string start = client.received().substr(0, 10);
        const bool refused = start == "HTTP/1.1 4" || start == "HTTP/1.1 5";
        CHECK(refused);
    }
    CHECK(s.openai.received() == 0);
}

// The same request for a path that would be forwarded.
std::string for_provider(std::string bytes) {
    const auto target = bytes.find(" /");
    const auto end = bytes.find(" HTTP", target);
    if (target == std::string::npos || end == std::string::npos) return bytes;
    const std::string path = bytes.substr(target + 1, end - target - 1);
    constexpr auto kPlain = "/_abcdefghijklmnopqrstuvwxyz";
    if (path.find_first_not_of(kPlain) == std::string::npos) {
        bytes.replace(target + 1, path.size(), "/v1/files");
    }
    return bytes;
}

TEST_CASE("No malformed request of the lists is answered well or forwarded", "[e2e][hostile]") {
    Scenario s;
    s.openai.on("*", "*", Reply::json("{}"));
    const std::string file = GENERATE("malformed_requests.txt", "llhttp_requests.txt");
    for (const auto& one : http::testing::read_corpus(file)) {
        CAPTURE(one.name);
        RawClient client(s.gateway.port());
        client.send(for_provider(one.bytes));
        CHECK(client.read_until("\r\n\r\n"));
        CHECK(client.received().substr(0, 12) == "HTTP/1.1 " + one.expected);
    }
    CHECK(s.openai.received() == 0);
}

TEST_CASE("All 33 cases of h1spec come out over the wire as it wants them", "[e2e][hostile]") {
    Scenario s;
    s.openai.on("*", "*", [](const Seen& seen) {
        return Reply::whole(200, {{"Content-Type", "text/plain"}}, "heard " + seen.body + ".");
    });
    for (const auto& one : http::testing::read_corpus("h1spec_requests.txt")) {
        CAPTURE(one.name);
        RawClient client(s.gateway.port());
        client.send(for_provider(one.bytes));
        if (one.expected == "waits") {
            CHECK_FALSE(client.read_until("HTTP/1.1", std::chrono::milliseconds(50)));
            CHECK(client.received().empty());
        } else if (one.expected == "refused") {
            CHECK(client.read_until("\r\n\r\n"));
            const std::string start = client.received().substr(0, 10);
            CHECK((start == "HTTP/1.1 4" || start == "HTTP/1.1 5"));
        } else {
            CHECK(client.read_until("HTTP/1.1 200"));
            const auto body = one.bytes.find("hello") != std::string::npos   ? "heard hello."
                              : one.bytes.find("HellO") != std::string::npos ? "heard HellO world1."
                                                                             : "heard .";
            CHECK(client.read_until(body));
        }
    }
}

TEST_CASE("Limits have their own status", "[e2e][hostile]") {
    Scenario s(Environment{{"REFRAIN_SERVER_MAX_BODY", "1MiB"}});
    const auto status_of = [&](const std::string& request) {
        RawClient client(s.gateway.port());
        client.send(request);
        client.read_until("\r\n\r\n");
        return client.received().substr(9, 3);
    };
    const std::string start = "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\n";

    CHECK(status_of(start + "X: " + std::string(40'000, 'a')) == "431");
    std::string many = start;
    for (int i = 0; i < 120; ++i)
        many += "X-" + std::to_string(i) + ": a\r\n";
    CHECK(status_of(many + "\r\n") == "431");
    CHECK(status_of("GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n") == "414");
    CHECK(status_of(start + "Content-Length: 2000000\r\n\r\n") == "413");
    std::string chunked = start + "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 20; ++i)
        chunked += "10000\r\n" + std::string(65'536, ' ') + "\r\n";
    CHECK(status_of(chunked) == "413");
    CHECK(s.openai.received() == 0);
}

TEST_CASE("More connections than there may be are told so, until there is room", "[e2e][hostile]") {
    Scenario s(Environment{{"REFRAIN_SERVER_MAX_CONNECTIONS", "1"}});
    RawClient first(s.gateway.port());
    first.send("GET /refrain/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    REQUIRE(first.read_until("ok"));
    RawClient second(s.gateway.port());
    CHECK(second.read_to_end());
    CHECK_THAT(second.received(), Catch::Matchers::StartsWith("HTTP/1.1 503 "));
    first.close();
    int status = 0;
    for (int i = 0; i < 500 && status != 200; ++i) {
        status = s.gateway.get("/refrain/health").status;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    CHECK(status == 200);
}

TEST_CASE("JSON that parsers disagree about is forwarded as it came, never memoized",
          "[e2e][hostile]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    const std::pair<std::string, std::string> bodies[] = {
        {R"({"model":"a","model":"b","messages":[]})", "duplicate-names"},
        {R"({"model":"a","messages":[}")", "invalid-json"},
        {"{\"model\":\"a\xff\",\"messages\":[]}", "invalid-unicode"},
        {"{\"model\":\"a\",\"messages\":" + std::string(200, '[') + std::string(200, ']') + "}",
         "too-deep"},
        {"{\"model\":\"a\",\"messages\":" + std::string(100'000, '['), "too-deep"},
    };
    for (const auto& [body, reason] : bodies) {
        CAPTURE(reason);
        const auto first = s.gateway.post(kChat, body);
        const auto second = s.gateway.post(kChat, body);
        CHECK(first.header("Cache-Status").find("detail=" + reason) != std::string::npos);
        CHECK(second.header("X-Cache") == "BYPASS");
        CHECK(s.openai.last().body == body);
    }
}

TEST_CASE("Pipelined requests are answered in their order", "[e2e][http]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    s.gateway.post(kChat, chat_request("Hi"));
    RawClient client(s.gateway.port());
    const std::string body = chat_request("Hi");

    std::string all;
    for (int i = 0; i < 3; ++i) {
        all += "POST " + kChat + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer sk-test\r\n" +
               "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
    }
    all += "GET /refrain/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    client.send(all);
    REQUIRE(client.read_to_end());

    std::size_t hits = 0;
    for (auto at = client.received().find("X-Cache: HIT"); at != std::string::npos;
         at = client.received().find("X-Cache: HIT", at + 1)) {
        ++hits;
    }
    CHECK(hits == 3);
    CHECK(client.received().find(R"({"status":"ok"})") != std::string::npos);
}

TEST_CASE("Expect: 100-continue is invited before its body", "[e2e][http]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    RawClient client(s.gateway.port());
    const std::string body = chat_request("Hi");
    client.send("POST " + kChat + " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" +
                "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n");
    REQUIRE(client.read_until("100 Continue"));
    client.send(body);
    CHECK(client.read_until("200 OK"));
}

TEST_CASE("A body on a path that ignores it does not become the next request", "[e2e][hostile]") {
    Scenario s;
    RawClient client(s.gateway.port());
    const std::string smuggled = "GET /refrain/stats HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    client.send("GET /refrain/health HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " +
                std::to_string(smuggled.size()) + "\r\n\r\n" + smuggled);
    client.send("GET /refrain/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    REQUIRE(client.read_to_end());
    CHECK(client.received().find("totals") == std::string::npos);
    CHECK(client.received().find("ready") != std::string::npos);
}

}  // namespace
}  // namespace refrain::tests
