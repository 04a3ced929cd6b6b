// Google's APIs through the gateway: Gemini, Text-to-Speech, Speech-to-Text.
#include "base/text_code.hpp"
#include "e2e/gateway.hpp"
#include "e2e/raw_client.hpp"
#include "support/wav.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace refrain::tests {
namespace {

const std::string kWhole = "/v1beta/models/gemini-2.5-flash:generateContent";
const std::string kStream = "/v1beta/models/gemini-2.5-flash:streamGenerateContent";
const std::string kSpeak = "/v1/text:synthesize";
const std::string kHear = "/v1/speech:recognize";
const std::string kAsk = R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}]})";

httplib::Headers key(const std::string& value = "k-1") {
    // An Authorization of "" keeps the harness from adding OpenAI's.
    return {{"x-goog-api-key", value}, {"Authorization", ""}};
}

// A gateway whose Google upstreams are all `google`.
struct GoogleScenario {
    ScriptedUpstream google;
    Scenario scenario{Environment{{"REFRAIN_UPSTREAMS_GEMINI_BASE_URL", google.url()},
                                  {"REFRAIN_UPSTREAMS_GOOGLE_TTS_BASE_URL", google.url()},
                                  {"REFRAIN_UPSTREAMS_GOOGLE_STT_BASE_URL", google.url()},
                                  {"REFRAIN_UPSTREAMS_VERTEX_BASE_URL", google.url()},
                                  {"REFRAIN_UPSTREAMS_VERTEX_KIND", "gemini"}}};
    Gateway& gateway = scenario.gateway;
};

std::string response(const std::string& text, const std::string& finish = "") {
    return R"({"candidates":[{"content":{"parts":[{"text":")" + text + R"("}],"role":"model"})" +
           (finish.empty() ? "" : R"(,"finishReason":")" + finish + "\"") +
           R"(}],"usageMetadata":{"promptTokenCount":2,"totalTokenCount":2},"responseId":"r1"})";
}

Reply streamed(std::initializer_list<std::string> responses) {
    Reply reply = Reply::chunked(200, {{"Content-Type", "text/event-stream"}});
    for (const auto& one : responses)
        reply.chunk("data: " + one + "\r\n\r\n");
    return reply.finish();
}

TEST_CASE("A Gemini model in OpenAI's format goes to Google whatever the cache is told",
          "[e2e][google]") {
    GoogleScenario s;
    s.google.on("POST", "/v1beta/openai/chat/completions", Reply::json(chat_answer("Hello")));
    const std::string request =
        R"({"model":"gemini-2.5-flash","messages":[{"role":"user","content":"Hi"}]})";

    CHECK(s.gateway.post(kChat, request).header("X-Cache") == "MISS");
    // The bytes are known by now; the way they go must not depend on that.
    CHECK(s.gateway.post(kChat, request, {{"Cache-Control", "no-store"}}).status == 200);
    CHECK(s.gateway.post(kChat, request, {{"Cache-Control", "no-cache"}}).status == 200);
    CHECK(s.google.received() == 3);
    CHECK(s.scenario.openai.received() == 0);
}

TEST_CASE("The gateway's own errors on an array stream come in an array", "[e2e][google]") {
    GoogleScenario s;
    const httplib::Headers unasked{
        {"x-goog-api-key", "k-1"}, {"Authorization", ""}, {"Cache-Control", "only-if-cached"}};
    const httplib::Headers wrong{
        {"x-goog-api-key", "k-1"}, {"Authorization", ""}, {"X-Refrain-TTL", "soon"}};
    const auto parsed = [](const Answer& answer) { return nlohmann::json::parse(answer.body); };

    const auto array = parsed(s.gateway.post(kStream + "?key=k", kAsk, unasked));
    const auto malformed = parsed(s.gateway.post(kStream + "?alt=json", kAsk, wrong));
    const auto events = parsed(s.gateway.post(kStream + "?alt=sse", kAsk, unasked));
    const auto whole = parsed(s.gateway.post(kWhole, kAsk, unasked));

    REQUIRE(array.is_array());
    REQUIRE(array.size() == 1);
    CHECK(array[0]["error"]["code"] == 504);
    REQUIRE(malformed.is_array());
    CHECK(malformed[0]["error"]["status"] == "INVALID_ARGUMENT");
    CHECK(events["error"]["code"] == 504);
    CHECK(whole["error"]["code"] == 504);
}

TEST_CASE("A Gemini stream answers generateContent and the array form", "[e2e][google]") {
    GoogleScenario s;
    s.google.on("POST", kStream, streamed({response("Hel"), response("lo", "STOP")}));

    const auto stream = s.gateway.post(kStream + "?alt=sse", kAsk, key());
    const auto whole = s.gateway.post(kWhole, kAsk, key());
    const auto array = s.gateway.post(kStream, kAsk, key());
    const auto again = s.gateway.post(kStream + "?alt=sse", kAsk, key());

    REQUIRE(stream.status == 200);
    CHECK(stream.body ==
          "data: " + response("Hel") + "\r\n\r\ndata: " + response("lo", "STOP") + "\r\n\r\n");
    CHECK(whole.header("X-Cache") == "HIT");
    CHECK(nlohmann::json::parse(whole.body)["candidates"][0]["content"]["parts"][0]["text"] ==
          "Hello");
    CHECK(array.header("X-Cache") == "HIT");
    CHECK(nlohmann::json::parse(array.body).size() == 2);
    CHECK(again.header("X-Cache") == "HIT");
    CHECK(again.body == stream.body);
    CHECK(again.header("Content-Type") == "text/event-stream");
    CHECK(s.google.received() == 1);
}

TEST_CASE("A whole Gemini answer answers a stream", "[e2e][google]") {
    GoogleScenario s;
    s.google.on("POST", kWhole, Reply::json(response("Hello", "STOP")));

    s.gateway.post(kWhole, kAsk, key());
    const auto stream = s.gateway.post(kStream + "?alt=sse", kAsk, key());

    CHECK(stream.header("X-Cache") == "HIT");
    CHECK(stream.body == "data: " + response("Hello", "STOP") + "\r\n\r\n");
}

TEST_CASE("A Gemini key in the query is the caller's, goes upstream, and shares nothing",
          "[e2e][google][scope]") {
    GoogleScenario s;
    s.google.on("POST", kWhole, Reply::json(response("Hello", "STOP")));
    const httplib::Headers none{{"Authorization", ""}};

    const auto first = s.gateway.post(kWhole + "?key=mine", kAsk, none);
    const auto second = s.gateway.post(kWhole + "?key=mine", kAsk, none);
    const auto other = s.gateway.post(kWhole + "?key=theirs", kAsk, none);

    CHECK(first.header("X-Cache") == "MISS");
    CHECK(second.header("X-Cache") == "HIT");
    CHECK(other.header("X-Cache") == "MISS");
    CHECK(s.google.last().target.find("key=theirs") != std::string::npos);
}

TEST_CASE("What Gemini did not finish well is never kept", "[e2e][google]") {
    const auto body = GENERATE(as<std::string>{},
                               response("x", "SAFETY"),
                               response("x", "CONTINUATION"),
                               response("x"),
                               R"({"promptFeedback":{"blockReason":"SAFETY"}})",
                               R"({"error":{"code":500}})");
    GoogleScenario s;
    s.google.on("POST", kWhole, Reply::json(body));

    s.gateway.post(kWhole, kAsk, key());
    const auto second = s.gateway.post(kWhole, kAsk, key());

    CHECK(second.body == body);
    CHECK(s.google.received() == 2);
}

TEST_CASE("Gemini requests that reach outside pass through and say why", "[e2e][google]") {
    GoogleScenario s;
    s.google.on("POST", kWhole, Reply::json(response("news", "STOP")));
    const std::string search =
        R"({"contents":[{"parts":[{"text":"news"}]}],"tools":[{"google_search":{}}]})";

    s.gateway.post(kWhole, search, key());
    const auto second = s.gateway.post(kWhole, search, key());

    CHECK(second.header("X-Cache") == "BYPASS");
    CHECK(second.header("Cache-Status").find("detail=google-search") != std::string::npos);
    CHECK(s.google.received() == 2);
}

TEST_CASE("Requests that make no sense reach Google as they are and are never kept",
          "[e2e][google]") {
    const auto [path, body] = GENERATE(table<std::string, std::string>({
        {"/v1beta/models/gemini-2.5-flash:unknownMethod", kAsk},
        {kWhole, R"({"contents": {"parts": "x"}})"},
        {kWhole, R"({"contents":[],"contents":[]})"},
        {kWhole,
         R"({"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"%%%"}}]}]})"},
        {kWhole, R"({"generationConfig":{"temperature":1e999}})"},
        {kSpeak, R"({"input":{"text":"a","ssml":"<speak/>"}})"},
        {kSpeak, R"({"input":{"text":"a"},"audioConfig":{"audioEncoding":"MP4"}})"},
        {kSpeak, R"([{"input":{"text":"a"}}])"},
        {kHear, R"({"config":{},"audio":{"content":"not base64"}})"},
        {kHear, R"({"config":[],"audio":[]})"},
        {kSpeak, R"({"input":{"ssml":")" + std::string(10 << 20, 'x') + R"("}})"},
    }));
    GoogleScenario s;
    s.google.on("POST", path, Reply::json(R"({"error":{"code":400}})", 400));

    s.gateway.post(path, body, key());
    const auto second = s.gateway.post(path, body, key());

    CHECK(second.status == 400);
    CHECK(second.body == R"({"error":{"code":400}})");
    CHECK((s.google.last().body == body));
    CHECK(s.google.received() == 2);
}

TEST_CASE(
    "Synthesized speech comes back byte for byte, for curl and for Google's clients, also "
    "after a restart",
    "[e2e][google][speech]") {
    GoogleScenario s;
    const std::string answer =
        "{\n  \"audioContent\": \"" + base64_encode(wav_of(2'400)) + "\"\n}\n";
    s.google.on("POST", kSpeak, Reply::json(answer));
    const std::string curl =
        R"({"input":{"text":"Hi"},"voice":{"languageCode":"en-US"},"audioConfig":{"audioEncoding":"MP3"}})";
    const std::string node =
        R"({"audioConfig":{"audioEncoding":2},"voice":{"languageCode":"en-US"},"input":{"text":"Hi"}})";

    const auto first = s.gateway.post(kSpeak, curl, key());
    const auto second = s.gateway.post(kSpeak + "?$alt=json%3Benum-encoding=int", node, key());
    s.gateway.restart();
    const auto third = s.gateway.post(kSpeak, curl, key());

    CHECK(first.body == answer);
    CHECK(second.header("X-Cache") == "HIT");
    CHECK(second.body == answer);
    CHECK(third.header("X-Cache") == "HIT");
    CHECK(third.body == answer);
    CHECK(s.google.received() == 1);
}

TEST_CASE("Google's speech can be had by its link, and what is no sound is never kept",
          "[e2e][google][speech][link]") {
    const std::string pcm(4'800, '\3');
    const std::string talk = "/v1beta/models/gemini-2.5-flash-preview-tts:generateContent";
    const auto spoken = [](const std::string& sound) {
        return R"({"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"audio/L16;rate=24000","data":")" +
               base64_encode(sound) + R"("}}]},"finishReason":"STOP"}]})";
    };
    const bool by_gemini = GENERATE(false, true);
    const std::string path = by_gemini ? talk : kSpeak;
    const std::string body =
        by_gemini
            ? R"({"contents":[{"parts":[{"text":"Hi"}]}],"generationConfig":{"responseModalities":["AUDIO"]}})"
            : R"({"input":{"text":"Hi"},"audioConfig":{"audioEncoding":"LINEAR16"}})";
    const std::string good =
        by_gemini ? spoken(pcm) : R"({"audioContent":")" + base64_encode(wav_of(2'400)) + "\"}";
    const std::string bad =
        by_gemini ? spoken("")
                  : R"({"audioContent":")" + base64_encode("<html>sorry</html>") + "\"}";
    GoogleScenario s;
    auto as_link = key();
    as_link.emplace("X-Refrain-Deliver", "url");
    s.google.once("POST", path, Reply::json(bad));
    s.google.on("POST", path, Reply::json(good));

    CHECK(s.gateway.post(path, body, as_link).status == 502);
    const auto bought = s.gateway.post(path, body, as_link);
    const auto again = s.gateway.post(path, body, as_link);

    const auto link = nlohmann::json::parse(bought.body);
    CHECK(link.at("cache") == "miss");
    CHECK(nlohmann::json::parse(again.body).at("cache") == "hit");
    const auto url = link.at("url").get<std::string>();
    const auto file = s.gateway.get(url.substr(url.find("/audio/")));
    CHECK(file.header("Content-Type") == "audio/wav");
    CHECK(file.body.size() == link.at("bytes"));
    CHECK(file.body.substr(0, 4) == "RIFF");
    CHECK(s.gateway.post(path, body, key()).body == good);
    CHECK(s.google.received() == 2);
}

TEST_CASE("Recognitions are kept, recordings in somebody's bucket are not", "[e2e][google]") {
    GoogleScenario s;
    s.google.on("POST", kHear, Reply::json(R"({"results":[],"totalBilledTime":"1s"})"));
    const std::string inline_sound =
        R"({"config":{"languageCode":"en-US"},"audio":{"content":"AAEC"}})";
    const std::string bucket = R"({"config":{"languageCode":"en-US"},"audio":{"uri":"gs://b/o"}})";

    s.gateway.post(kHear, inline_sound, key());
    CHECK(s.gateway.post(kHear, inline_sound, key()).header("X-Cache") == "HIT");
    s.gateway.post(kHear, bucket, key());
    CHECK(s.gateway.post(kHear, bucket, key()).header("X-Cache") == "BYPASS");
}

TEST_CASE("OpenAI's format for a Gemini model goes to Google's endpoint for it", "[e2e][google]") {
    GoogleScenario s;
    s.google.on("POST", "/v1beta/openai/chat/completions", Reply::json(chat_answer("Hello")));
    const std::string body =
        R"({"model":"gemini-2.5-flash","messages":[{"role":"user","content":"Hi"}]})";
    const httplib::Headers bearer{{"Authorization", "Bearer gemini-key"}};

    const auto first = s.gateway.post(kChat, body, bearer);
    const auto second = s.gateway.post(kChat, body, bearer);
    const auto direct = s.gateway.post("/v1beta/openai/chat/completions", body, bearer);

    CHECK(first.status == 200);
    CHECK(second.header("X-Cache") == "HIT");
    CHECK(direct.header("X-Cache") == "HIT");
    CHECK(s.google.last().header("Authorization") == "Bearer gemini-key");
    CHECK(s.google.received() == 1);
    CHECK(s.scenario.openai.received() == 0);
}

TEST_CASE("Vertex AI is memoized where it is configured", "[e2e][google]") {
    GoogleScenario s;
    const std::string path =
        "/v1/projects/p/locations/us-central1/publishers/google/models/"
        "gemini-2.5-flash:generateContent";
    s.google.on("POST", path, Reply::json(response("Hello", "STOP")));
    const httplib::Headers oauth{{"Authorization", "Bearer ya29.token"}};

    s.gateway.post("/up/vertex" + path, kAsk, oauth);
    CHECK(s.gateway.post("/up/vertex" + path, kAsk, oauth).header("X-Cache") == "HIT");
    const auto unmounted = s.gateway.post(path, kAsk, oauth);
    CHECK(unmounted.status == 404);
    CHECK(nlohmann::json::parse(unmounted.body)["error"]["status"] == "NOT_FOUND");
}

TEST_CASE("The gateway's own errors on Google's paths have Google's shape", "[e2e][google]") {
    Scenario s(Environment{{"REFRAIN_UPSTREAMS_GEMINI_BASE_URL", "http://127.0.0.1:1"},
                           {"REFRAIN_UPSTREAMS_GOOGLE_TTS_BASE_URL", "http://127.0.0.1:1"}});
    const auto error_of = [](const Answer& answer) {
        return nlohmann::json::parse(answer.body).at("error");
    };
    auto only_if_cached = key();
    only_if_cached.emplace("Cache-Control", "only-if-cached");

    const auto unreachable = s.gateway.post(kSpeak, R"({"input":{"text":"Hi"}})", key());
    const auto not_cached = s.gateway.post(kWhole, kAsk, only_if_cached);

    CHECK(unreachable.status == 502);
    CHECK(error_of(unreachable)["code"] == 502);
    CHECK(error_of(unreachable)["status"] == "UNAVAILABLE");
    CHECK(not_cached.status == 504);
    CHECK(error_of(not_cached)["status"] == "DEADLINE_EXCEEDED");
    CHECK(error_of(not_cached)["details"][0]["reason"] == "refrain_only_if_cached");
}

TEST_CASE("A Gemini stream that breaks off is shown broken and not kept", "[e2e][google]") {
    GoogleScenario s;
    Gate seen;
    s.google.once("POST",
                  kStream,
                  Reply::chunked(200, {{"Content-Type", "text/event-stream"}})
                      .chunk("data: " + response("Hel") + "\r\n\r\n")
                      .wait(seen)
                      .reset());
    s.google.on("POST", kStream, streamed({response("Hello", "STOP")}));
    const std::string request = "POST " + kStream +
                                "?alt=sse HTTP/1.1\r\nHost: a\r\nx-goog-api-key: k-1\r\n"
                                "Content-Type: application/json\r\nContent-Length: " +
                                std::to_string(kAsk.size()) + "\r\n\r\n" + kAsk;

    RawClient broken(s.gateway.port());
    broken.send(request);
    CHECK(broken.read_until("Hel"));
    seen.open();
    CHECK(broken.read_to_end());
    CHECK(broken.received().find("\r\n0\r\n\r\n") == std::string::npos);

    RawClient good(s.gateway.port());
    good.send(request);
    CHECK(good.read_answer());
    CHECK(good.received().find("X-Cache: MISS") != std::string::npos);
    good.send(request);
    CHECK(good.read_until("X-Cache: HIT"));
}

}  // namespace
}  // namespace refrain::tests
