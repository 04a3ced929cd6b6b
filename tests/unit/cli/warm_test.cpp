// `refrain warm` against a gateway that says what each test wants.
#include "cli/warm_bar.hpp"
#include "cli/warm_list.hpp"
#include "cli/warm_pause.hpp"
#include "support/held_port.hpp"
#include "support/scripted_upstream.hpp"
#include "unit/cli/command_line.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace refrain::cli {

using Catch::Matchers::Contains;
using tests::HeldPort;
using tests::Reply;
using tests::ScriptedUpstream;

namespace {

const std::string kSpeech = "/v1/audio/speech";
const std::string kChat = "/v1/chat/completions";

std::string line(const std::string& path, const std::string& input, const std::string& more = "") {
    return R"({"path":")" + path + R"(","body":{"input":")" + input + R"("})" + more + "}\n";
}

Reply answer(const std::string& cache_status, const std::string& body = "{}", int status = 200) {
    return Reply::whole(
        status, {{"Content-Type", "application/json"}, {"Cache-Status", cache_status}}, body);
}

Reply busy(int status, const std::string& retry_after) {
    return Reply::whole(status,
                        {{"Content-Type", "application/json"},
                         {"Cache-Status", "refrain"},
                         {"Retry-After", retry_after}},
                        R"({"error":{"message":"busy"}})");
}

const std::string kMiss = "refrain; fwd=miss; fwd-status=200; stored";
const std::string kHit = "refrain; hit; detail=memory";

}  // namespace

TEST_CASE("warm sends every line and says what was bought", "[cli][warm]") {
    ScriptedUpstream gateway;
    gateway.on("POST", "*", answer(kMiss));
    gateway.once("POST", kChat, answer(kHit));
    gateway.once("POST", kChat, answer("refrain; fwd=miss; collapsed"));

    const auto outcome = run_on(line(kSpeech, "a") + "\n" + line(kChat, "b") + line(kChat, "c"),
                                {"warm", "-", "--url", gateway.url()});

    CHECK(outcome.code == 0);
    CHECK(outcome.out.empty());
    CHECK(outcome.err == "3 requests: 1 bought, 2 already there, 0 failed\n");
    CHECK(gateway.received(kSpeech) == 1);
    CHECK(gateway.received(kChat) == 2);
}

TEST_CASE("warm sends the body as it was written, with the headers of the line", "[cli][warm]") {
    ScriptedUpstream gateway;
    gateway.on("POST", kChat, answer(kMiss));
    CommandLine shell;
    shell.standard_input = R"({"path":"/v1/chat/completions","body":{"b": 1.0,"a":"ä"},)"
                           R"("headers":{"Authorization":"Bearer own","X-Refrain-TTL":"7d"}})";
    shell.environment["OPENAI_API_KEY"] = "sk-other";

    CHECK(shell.run({"warm", "-", "--url", gateway.url()}).code == 0);

    const auto seen = gateway.last();
    CHECK(seen.body == R"({"b":1.0,"a":"ä"})");
    CHECK(seen.header("Authorization") == "Bearer own");
    CHECK(seen.header("X-Refrain-TTL") == "7d");
    CHECK(seen.header("Content-Type") == "application/json");
}

TEST_CASE("warm brings OPENAI_API_KEY to OpenAI's paths alone", "[cli][warm]") {
    ScriptedUpstream gateway;
    gateway.on("POST", "*", answer(kMiss));
    CommandLine shell;
    shell.environment["OPENAI_API_KEY"] = "sk-test";

    shell.standard_input = line(kChat, "a");
    shell.run({"warm", "-", "--url", gateway.url()});
    CHECK(gateway.last().header("Authorization") == "Bearer sk-test");

    shell.standard_input = line("/v1beta/models/gemini-3:generateContent", "a");
    shell.run({"warm", "-", "--url", gateway.url()});
    CHECK_FALSE(gateway.last().has_header("Authorization"));
}

TEST_CASE("warm --links asks for links and prints them in the order of the list", "[cli][warm]") {
    ScriptedUpstream gateway;
    gateway.on("POST", kSpeech, [](const tests::Seen& seen) {
        const bool first = seen.body.find("\"a\"") != std::string::npos;
        auto reply = Reply::chunked(200, {{"Cache-Status", kMiss}});
        if (first) reply.pause(std::chrono::milliseconds(100));
        const std::string name = first ? "a" : "b";
        return reply.chunk(R"({"url":"http://gateway/audio/)" + name + R"(.mp3"})").finish();
    });
    gateway.on("POST", kChat, answer(kMiss, R"({"url":"none"})"));

    const auto outcome = run_on(line(kSpeech, "a") + line(kChat, "c") + line(kSpeech, "b"),
                                {"warm", "--links", "-", "--url", gateway.url()});

    CHECK(outcome.code == 0);
    CHECK(outcome.out == "http://gateway/audio/a.mp3\nhttp://gateway/audio/b.mp3\n");
    for (const auto& seen : gateway.requests()) {
        CHECK(seen.header("X-Refrain-Deliver") == (seen.path() == kSpeech ? "url" : ""));
    }
}

TEST_CASE("The phrase lists of the samples can be sent as they are", "[cli][warm][samples]") {
    const auto list = GENERATE(as<std::string>{}, "greetings.en.jsonl", "greetings.de.jsonl");
    const std::string path = REFRAIN_SOURCE_DIR "/samples/phrases/" + list;
    ScriptedUpstream gateway;
    gateway.on("POST", kSpeech, answer(kMiss, R"({"url":"http://gateway/audio/a.mp3"})"));

    const auto outcome = run({"warm", "--links", path, "--url", gateway.url()});

    CAPTURE(outcome.err);
    CHECK(outcome.code == 0);
    CHECK(gateway.received(kSpeech) >= 10);
    const auto lines = std::count(outcome.out.begin(), outcome.out.end(), '\n');
    CHECK(static_cast<std::size_t>(lines) == gateway.received());
}

TEST_CASE("What was not kept has failed, each with its line and its reason", "[cli][warm]") {
    ScriptedUpstream gateway;
    gateway.once("POST", kChat, answer(kMiss));
    gateway.once("POST", kChat, answer(kMiss, R"({"error":{"message":"not \u001b so"}})", 400));
    gateway.once("POST", kChat, answer("refrain; fwd=bypass; detail=store"));
    gateway.once("POST", kChat, Reply::json("{}"));
    gateway.once("POST", kChat, answer(kMiss).keep(70).reset());
    gateway.once("POST", kChat, answer(kMiss));
    std::string list;
    for (int i = 0; i < 6; ++i)
        list += line(kChat, "a");

    const auto outcome = run_on(list, {"warm", "-", "--concurrency", "1", "--url", gateway.url()});

    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.err, Contains("refrain: line 2: 400: not \\x1b so\n"));
    CHECK_THAT(outcome.err, Contains("line 3: answered, but not kept: refrain; fwd=bypass"));
    CHECK_THAT(outcome.err, Contains("line 4: answered by something that is no Refrain gateway"));
    CHECK_THAT(outcome.err, Contains("line 5: cannot reach a gateway"));
    CHECK_THAT(outcome.err, Contains("6 requests: 2 bought, 0 already there, 4 failed\n"));
}

TEST_CASE("A line that met somebody too busy is sent again when he said", "[cli][warm]") {
    ScriptedUpstream gateway;
    gateway.on("POST", kChat, answer(kMiss));
    gateway.once("POST", kChat, busy(429, "0"));
    gateway.once("POST", kChat, busy(503, "0"));

    const auto outcome = run_on(line(kChat, "a"), {"warm", "-", "--url", gateway.url()});

    CHECK(outcome.code == 0);
    CHECK(outcome.err == "1 requests: 1 bought, 0 already there, 0 failed\n");
    CHECK(gateway.received() == 3);
}

TEST_CASE("A line is sent five times and no more, and waits a minute and no longer",
          "[cli][warm]") {
    const auto [retry_after, attempts] =
        GENERATE(table<std::string, std::size_t>({{"0", 5}, {"61", 1}}));
    ScriptedUpstream gateway;
    gateway.on("POST", kChat, busy(429, retry_after));

    const auto outcome = run_on(line(kChat, "a"), {"warm", "-", "--url", gateway.url()});

    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.err, Contains("line 1: 429: busy\n"));
    CHECK(gateway.received() == attempts);
}

TEST_CASE("How long to wait is what Retry-After says, in seconds or as a date, else it doubles",
          "[cli][warm]") {
    using std::chrono::milliseconds;
    const WallTime now{784'111'777'500};  // Sun, 06 Nov 1994 08:49:37.5 GMT
    const auto pause = [&](int status, const char* retry_after, unsigned attempt = 1) {
        return pause_before_retry(status, retry_after, attempt, now);
    };

    CHECK(pause(429, "7") == milliseconds(7'000));
    CHECK(pause(503, "60") == milliseconds(60'000));
    CHECK(pause(429, "Sun, 06 Nov 1994 08:49:40 GMT") == milliseconds(2'500));
    CHECK(pause(429, "Sun, 06 Nov 1994 08:49:30 GMT") == milliseconds(0));
    for (const char* unreadable : {"", "soon", "-1", "1.5", "99999999999"}) {
        CAPTURE(unreadable);
        CHECK(pause(429, unreadable) == milliseconds(1'000));
        CHECK(pause(429, unreadable, 4) == milliseconds(8'000));
    }
    CHECK_FALSE(pause(429, "61"));
    CHECK_FALSE(pause(429, "Mon, 07 Nov 1994 08:49:37 GMT"));
    CHECK_FALSE(pause(429, "0", 5));
    CHECK_FALSE(pause(500, "1"));
    CHECK_FALSE(pause(200, "1"));
}

TEST_CASE("Without a gateway, warm says so once", "[cli][warm]") {
    const HeldPort nobody;

    const auto outcome =
        run_on(line(kChat, "a") + line(kChat, "b"), {"warm", "-", "--url", nobody.url()});

    CHECK(outcome.code == 1);
    CHECK(outcome.err.find("nothing answers there") == outcome.err.rfind("nothing answers there"));
    CHECK_THAT(outcome.err, Contains("2 requests: 0 bought, 0 already there, 2 failed\n"));
}

TEST_CASE("Nothing is sent before the whole list is right", "[cli][warm]") {
    const auto [text, said] = GENERATE(table<std::string, std::string>({
        {"nonsense", "no JSON object"},
        {"[]", "no JSON object"},
        {R"({"body":{}})", "\"path\" is missing"},
        {R"({"path":"v1/x","body":{}})", "\"path\" is missing"},
        {R"({"path":"/v1/x y","body":{}})", "\"path\" is missing"},
        {R"({"path":"/v1/x"})", "\"body\" is missing"},
        {R"({"path":"/v1/x","body":"text"})", "\"body\" is missing"},
        {R"({"path":"/v1/x","body":{},"headers":[]})", "\"headers\" is no object"},
        {R"({"path":"/v1/x","body":{},"headers":{"a b":"c"}})", "a header's name is none"},
        {R"({"path":"/v1/x","body":{},"headers":{"a":1}})", "no text of one line"},
        {R"({"path":"/v1/x","body":{},"headers":{"a":"b\r\nc: d"}})", "no text of one line"},
        {R"({"path":"/v1/x","body":{},"headers":{"Content-Length":"3"}})", "not for a list to set"},
    }));
    CAPTURE(text);
    ScriptedUpstream gateway;

    const auto outcome = run_on(line(kChat, "a") + text + "\n" + line(kChat, "b"),
                                {"warm", "-", "--url", gateway.url()});

    CHECK(outcome.code == 1);
    CHECK_THAT(outcome.err, Contains("line 2: ") && Contains(said));
    CHECK(gateway.received() == 0);
}

TEST_CASE("warm with a list that is not there, or no sensible number, is refused", "[cli][warm]") {
    CHECK(run({"warm", "/nowhere.jsonl"}).code == 1);
    CHECK(run({"warm"}).code == 2);
    CHECK(run({"warm", "-", "--concurrency", "0"}).code == 2);
}

TEST_CASE("The bar shows how much is done, how fast, and what is left", "[cli][warm]") {
    using std::chrono::milliseconds;
    CHECK(warm_bar(0, 10, milliseconds(0)) == "[                    ]  0/10");
    CHECK(warm_bar(5, 10, milliseconds(500)) == "[##########          ]  5/10  10.0/s  1 s left");
    CHECK(warm_bar(10, 1000, milliseconds(1000)) ==
          "[                    ]  10/1000  10.0/s  1 min 39 s left");
    CHECK(warm_bar(1, 36001, milliseconds(1000)) ==
          "[                    ]  1/36001  1.0/s  10 h 0 min left");
}

TEST_CASE("The bar is drawn on a terminal and taken away, and nowhere else", "[cli][warm]") {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Console console{in, out, err, {}};
    WarmBar(console, 2).at(1);
    CHECK(err.str().empty());

    console.err_is_terminal = true;
    WarmBar(console, 2).at(1);

    CHECK_THAT(err.str(), Contains("1/2") && Catch::Matchers::EndsWith("\r\x1b[K"));
}

}  // namespace refrain::cli
