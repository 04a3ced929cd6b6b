// Speech, and links to it.
#include "e2e/speech.hpp"

#include "e2e/raw_client.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

namespace refrain::tests {
namespace {

using Json = nlohmann::json;

TEST_CASE("Speech is bought once, and comes back byte for byte with its type", "[e2e][speech]") {
    Scenario s;
    const std::string wav = wav_of(24'000);
    s.openai.on("POST", kSpeech, sound(wav, "audio/x-wav"));

    const auto first = s.gateway.post(kSpeech, speech_request("Hello"));
    const auto second = s.gateway.post(kSpeech, speech_request("  Hello\\n", R"(,"speed":1.0)"));

    CHECK(first.header("X-Cache") == "MISS");
    CHECK(first.body == wav);
    CHECK(second.header("X-Cache") == "HIT");
    CHECK(second.body == wav);
    CHECK(second.header("Content-Type") == "audio/x-wav");
    CHECK(s.openai.received() == 1);
    for (const std::string other :
         {R"(,"speed":1.5)", R"(,"instructions":"whisper")", R"(,"lang_code":"de")"}) {
        CHECK(s.gateway.post(kSpeech, speech_request("Hello", other)).header("X-Cache") == "MISS");
    }
    CHECK(s.gateway.post(kSpeech, speech_request("hello")).header("X-Cache") == "MISS");
}

TEST_CASE("The first sound streams through before the last is there", "[e2e][speech]") {
    Scenario s;
    Gate rest;
    const std::string wav = wav_of(24'000);
    s.openai.on("POST",
                kSpeech,
                Reply::chunked(200, {{"Content-Type", "audio/wav"}})
                    .chunk(wav.substr(0, 1'000))
                    .wait(rest)
                    .chunk(wav.substr(1'000))
                    .finish());
    RawClient caller(s.gateway.port());
    caller.post(kSpeech, speech_request("Hello"));

    CHECK(caller.read_until("RIFF"));
    rest.open();
    CHECK(caller.read_answer());
    CHECK(s.gateway.post(kSpeech, speech_request("Hello")).header("X-Cache") == "HIT");
}

TEST_CASE("What is no sound, or not the sound asked for, is passed on and never kept",
          "[e2e][speech]") {
    Scenario s;
    const auto [body, type] = GENERATE(table<std::string, std::string>({
        {"", "audio/wav"},
        {"<html>sorry</html>", "audio/wav"},
        {"<html>sorry</html>", "text/html"},
        {wav_of(0), "audio/wav"},
        {"ID3 and nothing else", "audio/mpeg"},
        {wav_of(100), "text/plain"},
        {wav_of(100), "application/json"},
    }));
    CAPTURE(body.substr(0, 20), type);
    s.openai.on("POST", kSpeech, sound(body, type));

    for (int i = 0; i < 2; ++i) {
        const auto answer = s.gateway.post(kSpeech, speech_request("Hello"));
        CHECK(answer.status == 200);
        CHECK(answer.body == body);
        CHECK(answer.header("X-Cache") == "MISS");
    }
    CHECK(s.openai.received() == 2);
}

std::string base64(const std::string& bytes) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        for (std::size_t i = at; i < at + 3; ++i)
            group = group << 8U | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
        const std::size_t letters = std::min<std::size_t>(bytes.size() - at, 3) + 1;
        for (std::size_t i = 0; i < 4; ++i)
            text += i < letters ? kLetters[group >> (18 - 6 * i) & 63U] : '=';
    }
    return text;
}

std::string speech_events(const std::string& sound) {
    const std::string half = sound.substr(0, 99);
    const auto delta = [](const std::string& piece) {
        return "data: {\"type\":\"speech.audio.delta\",\"audio\":\"" + base64(piece) + "\"}\n\n";
    };
    return delta(half) + delta(sound.substr(half.size())) +
           "data: {\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":3,"
           "\"output_tokens\":20,\"total_tokens\":23}}\n\n";
}

TEST_CASE("Speech recorded as events answers as sound, not the other way round", "[e2e][speech]") {
    Scenario s;
    const std::string wav = wav_of(2'400);
    s.openai.once("POST", kSpeech, sound(wav));
    s.openai.on("POST", kSpeech, Reply::event_stream({speech_events(wav)}));
    const std::string as_events = R"(,"stream_format":"sse")";

    const auto plain = s.gateway.post(kSpeech, speech_request("Hi"));
    const auto events = s.gateway.post(kSpeech, speech_request("Hi", as_events));
    const auto events_again = s.gateway.post(kSpeech, speech_request("Hi", as_events));
    const auto plain_again = s.gateway.post(kSpeech, speech_request("Hi"));

    CHECK(plain.header("X-Cache") == "MISS");
    CHECK(events.header("X-Cache") == "MISS");
    CHECK(events_again.header("X-Cache") == "HIT");
    CHECK(events_again.body == events.body);
    CHECK(events_again.header("Content-Type") == events.header("Content-Type"));
    CHECK(plain_again.header("X-Cache") == "HIT");
    CHECK(plain_again.header("Content-Type") == "audio/wav");
    CHECK(plain_again.body == wav);
    const auto link = link_in(s.gateway.post(kSpeech, speech_request("Hi"), kAsLink));
    CHECK(link.at("bytes") == wav.size());
    CHECK(s.gateway.get(path_of(link)).body == wav);
    CHECK(s.openai.received() == 2);
}

TEST_CASE("Who wants events is not served from a call for sound under way", "[e2e][speech]") {
    Scenario s;
    Gate rest;
    const std::string wav = wav_of(24'000);
    s.openai.once("POST",
                  kSpeech,
                  Reply::chunked(200, {{"Content-Type", "audio/wav"}})
                      .chunk(wav.substr(0, 1'000))
                      .wait(rest)
                      .chunk(wav.substr(1'000))
                      .finish());
    s.openai.on("POST", kSpeech, Reply::event_stream({speech_events(wav)}));
    RawClient first(s.gateway.port());
    first.post(kSpeech, speech_request("Hi"));
    REQUIRE(first.read_until("RIFF"));

    const auto events = s.gateway.post(kSpeech, speech_request("Hi", R"(,"stream_format":"sse")"));

    CHECK(events.body == speech_events(wav));
    rest.open();
    CHECK(first.read_answer());
}

TEST_CASE("A request for a link is answered with one, whoever bought the speech", "[e2e][link]") {
    Scenario s;
    const std::string wav = wav_of(36'000);
    s.openai.on("POST", kSpeech, sound(wav));

    const auto missed = s.gateway.post(kSpeech, speech_request("Hello"), kAsLink);
    const auto hit = s.gateway.post(kSpeech + "?deliver=url", speech_request("Hello"));
    const auto sounding = s.gateway.post(kSpeech, speech_request("Hello"));

    REQUIRE(missed.status == 200);
    CHECK(missed.header("Content-Type") == "application/json");
    CHECK(missed.header("X-Cache") == "MISS");
    const auto link = link_in(missed);
    CHECK(link.at("cache") == "miss");
    CHECK(link.at("content_type") == "audio/wav");
    CHECK(link.at("bytes") == wav.size());
    CHECK(link.at("duration_seconds") == 1.5);
    CHECK(link.at("url") ==
          s.gateway.url() + "/audio/" + link.at("digest").get<std::string>() + ".wav");
    CHECK(link.at("expires_at").get<std::string>().size() == 20);
    CHECK(hit.header("X-Cache") == "HIT");
    CHECK(link_in(hit).at("cache") == "hit");
    CHECK(link_in(hit).at("url") == link.at("url"));
    CHECK(sounding.body == wav);
    CHECK(s.openai.received() == 1);
    CHECK(s.openai.last().header("X-Refrain-Deliver").empty());
    CHECK(s.gateway.get(path_of(link)).body == wav);
}

TEST_CASE("?deliver is neither keyed nor forwarded, other parameters are", "[e2e][link]") {
    Scenario s;
    s.openai.on("POST", kSpeech, sound(wav_of(100)));

    s.gateway.post(kSpeech + "?a=1&deliver=inline&b=2", speech_request("Hello"));
    CHECK(s.openai.last().target == kSpeech + "?a=1&b=2");
    const auto other = s.gateway.post(kSpeech + "?b=2&deliver=url&a=1", speech_request("Hello"));
    CHECK(other.header("X-Cache") == "HIT");
    const auto unknown = s.gateway.post(kSpeech + "?deliver=pigeon", speech_request("Hello"));
    CHECK(unknown.status == 400);
    CHECK(unknown.body.find("pigeon") != std::string::npos);
}

TEST_CASE("Callers who meet in flight all get the link", "[e2e][link][flight]") {
    Scenario s;
    const std::string wav = wav_of(24'000);
    bool met = false;
    // Nothing tells when the second caller has joined the first: who comes late gets a hit, and
    // another pair tries, with more time.
    for (unsigned attempt = 1; attempt <= 5 && !met; ++attempt) {
        Gate gate;
        s.openai.on(
            "POST",
            kSpeech,
            Reply::chunked(200, {{"Content-Type", "audio/wav"}}).wait(gate).chunk(wav).finish());
        const std::string request = speech_request("Hello " + std::to_string(attempt));
        RawClient first(s.gateway.port());
        first.post(kSpeech, request);
        REQUIRE(s.openai.wait_for_requests(attempt));
        RawClient second(s.gateway.port());
        second.post(kSpeech + "?deliver=url", request);
        std::this_thread::sleep_for(std::chrono::milliseconds(50) * attempt);

        gate.open();

        REQUIRE(second.read_until("\"}"));
        met = second.received().find("\"cache\":\"coalesced\"}") != std::string::npos;
        CHECK(first.read_answer());
        CHECK(s.openai.received() == attempt);
    }
    CHECK(met);
}

TEST_CASE("Where no link can be, a sentence says so", "[e2e][link]") {
    Scenario s;
    s.openai.on("POST", kChat, Reply::json(chat_answer("Hello")));
    s.openai.on("POST", kSpeech, sound("<html>sorry</html>"));

    const auto chat = s.gateway.post(kChat, chat_request("Hi"), kAsLink);
    const auto spoilt = s.gateway.post(kSpeech, speech_request("Hello"), kAsLink);
    const auto not_kept =
        s.gateway.post(kSpeech,
                       speech_request("x"),
                       {{"X-Refrain-Deliver", "url"}, {"Cache-Control", "no-store"}});

    CHECK(chat.status == 400);
    CHECK(Json::parse(chat.body).at("error").at("code") == "refrain_no_link");
    CHECK(spoilt.status == 502);
    CHECK(Json::parse(spoilt.body).at("error").at("code") == "refrain_no_link");
    CHECK(not_kept.status == 400);
    CHECK(s.openai.received(kChat) == 0);
    CHECK(s.openai.received() == 1);
}

TEST_CASE("An error of the provider reaches who asked for a link as it is", "[e2e][link]") {
    Scenario s;
    s.openai.on("POST", kSpeech, Reply::json(R"({"error":{"message":"no credit"}})", 429));

    const auto answer = s.gateway.post(kSpeech, speech_request("Hello"), kAsLink);

    CHECK(answer.status == 429);
    CHECK(answer.body == R"({"error":{"message":"no credit"}})");
}

TEST_CASE("Speech that breaks off gives no link, and harms nobody else", "[e2e][link]") {
    Scenario s;
    s.openai.on("POST",
                kSpeech,
                Reply::chunked(200, {{"Content-Type", "audio/wav"}})
                    .chunk(wav_of(24'000).substr(0, 5'000))
                    .reset());
    for (int i = 0; i < 3; ++i) {
        const auto broken = s.gateway.post(kSpeech, speech_request("Hello"), kAsLink);
        CHECK(broken.status == 502);
        CHECK(broken.body.find("refrain_upstream_") != std::string::npos);
    }
    s.openai.on("POST", kSpeech, sound(wav_of(24'000)));
    CHECK(s.gateway.post(kSpeech, speech_request("Hello"), kAsLink).status == 200);
}

}  // namespace
}  // namespace refrain::tests
