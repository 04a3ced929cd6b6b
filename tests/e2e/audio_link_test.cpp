// Kept audio as a file, as browsers, CDNs and attackers ask for it.
#include "e2e/speech.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

namespace refrain::tests {
namespace {

// A gateway that has one second of speech.
struct Linked {
    explicit Linked(Environment environment = {}) : s(std::move(environment)) {
        s.openai.on("POST", kSpeech, sound(wav));
        link = link_in(s.gateway.post(kSpeech, speech_request("Hello"), kAsLink));
        path = path_of(link);
    }

    // Without a credential, as a browser asks.
    Answer ask(const std::string& method, httplib::Headers headers = {}) {
        return ask_for(path, method, std::move(headers));
    }
    Answer ask_for(const std::string& file,
                   const std::string& method,
                   httplib::Headers headers = {}) {
        httplib::Request request;
        request.method = method;
        request.path = file;
        request.headers = std::move(headers);
        httplib::Client client(s.gateway.url());
        client.set_read_timeout(30);
        const auto result = client.send(request);
        if (!result) return {};
        return {result->status, result->headers, result->body};
    }
    Answer get(httplib::Headers headers = {}) { return ask("GET", std::move(headers)); }

    const std::string wav = wav_of(24'000);
    Scenario s;
    nlohmann::json link;
    std::string path;
};

httplib::Headers range(const std::string& value) {
    return {{"Range", value}};
}

TEST_CASE("A link gives the audio with all that a browser needs", "[e2e][link]") {
    Linked linked;

    const auto answer = linked.get({{"Origin", "https://other.example"}});

    CHECK(answer.status == 200);
    CHECK(answer.body == linked.wav);
    CHECK(answer.header("Content-Type") == "audio/wav");
    CHECK(answer.header("Accept-Ranges") == "bytes");
    CHECK(answer.header("ETag") == "\"" + linked.link.at("digest").get<std::string>() + "\"");
    const auto lifetime = answer.header("Cache-Control");
    CHECK(lifetime.starts_with("public, max-age=3153"));
    CHECK(lifetime.ends_with(", immutable"));
    CHECK(answer.header("X-Content-Type-Options") == "nosniff");
    CHECK(answer.header("Access-Control-Allow-Origin") == "*");
    CHECK(answer.header("Cross-Origin-Resource-Policy") == "cross-origin");
    CHECK(answer.header("Content-Digest").starts_with("sha-256=:"));
    CHECK(answer.header("Repr-Digest") == answer.header("Content-Digest"));
    CHECK_FALSE(answer.has_header("X-Refrain-Key"));

    const auto head = linked.ask("HEAD");
    CHECK(head.status == 200);
    CHECK(head.body.empty());
    CHECK(head.header("Content-Length") == std::to_string(linked.wav.size()));
    CHECK(head.header("ETag") == answer.header("ETag"));

    const auto preflight = linked.ask("OPTIONS",
                                      {{"Origin", "https://other.example"},
                                       {"Access-Control-Request-Method", "GET"},
                                       {"Access-Control-Request-Headers", "range"}});
    CHECK(preflight.status == 204);
    CHECK(preflight.header("Access-Control-Allow-Headers").find("Range") != std::string::npos);
    CHECK(linked.ask("DELETE").status == 405);
    CHECK(linked.s.openai.received() == 1);
}

TEST_CASE("A player seeks in it", "[e2e][link]") {
    Linked linked;
    const auto size = linked.wav.size();

    const auto middle = linked.get(range("bytes=1000-1999"));
    CHECK(middle.status == 206);
    CHECK(middle.body == linked.wav.substr(1'000, 1'000));
    CHECK(middle.header("Content-Range") == "bytes 1000-1999/" + std::to_string(size));
    CHECK_FALSE(middle.has_header("Content-Digest"));
    CHECK(middle.has_header("Repr-Digest"));

    CHECK(linked.get(range("bytes=-10")).body == linked.wav.substr(size - 10));
    CHECK(linked.get(range("bytes=0-")).status == 206);
    CHECK(linked.get(range("bytes=0-")).body == linked.wav);

    const auto beyond = linked.get(range("bytes=" + std::to_string(size) + "-"));
    CHECK(beyond.status == 416);
    CHECK(beyond.header("Content-Range") == "bytes */" + std::to_string(size));

    CHECK(linked.get(range("bytes=9-1")).status == 200);
    CHECK(linked.get(range("bytes=0-0,2-2,4-4,6-6,8-8")).status == 200);
}

TEST_CASE("Several parts come as one multipart answer", "[e2e][link]") {
    Linked linked;

    const auto parts = linked.get(range("bytes=0-3,8-11"));

    CHECK(parts.status == 206);
    const auto type = parts.header("Content-Type");
    REQUIRE(type.starts_with("multipart/byteranges; boundary="));
    const std::string boundary = "--" + type.substr(type.find('=') + 1);
    const std::string size = std::to_string(linked.wav.size());
    const auto part = [&](const std::string& where, const std::string& bytes) {
        return "\r\n" + boundary + "\r\nContent-Type: audio/wav\r\nContent-Range: bytes " + where +
               "/" + size + "\r\n\r\n" + bytes;
    };
    CHECK(parts.body == part("0-3", "RIFF") + part("8-11", "WAVE") + "\r\n" + boundary + "--\r\n");
    CHECK(linked.get(range("bytes=0-3,2-11")).body == linked.wav.substr(0, 12));
}

TEST_CASE("Conditions spare the transfer, or the mixing of two files", "[e2e][link]") {
    Linked linked;
    const auto etag = linked.get().header("ETag");
    const auto modified = linked.get().header("Last-Modified");
    const auto ask = [&](const std::string& name, const std::string& value) {
        return linked.get({{name, value}, {"Range", "bytes=0-3"}});
    };

    const auto unchanged = linked.get({{"If-None-Match", etag}});
    CHECK(unchanged.status == 304);
    CHECK(unchanged.body.empty());
    CHECK(unchanged.header("ETag") == etag);
    CHECK(unchanged.has_header("Cache-Control"));
    CHECK(linked.get({{"If-None-Match", "\"other\""}}).status == 200);
    CHECK(linked.get({{"If-Modified-Since", modified}}).status == 304);
    CHECK(linked.get({{"If-Match", "\"other\""}}).status == 412);
    CHECK(ask("If-Range", etag).status == 206);
    CHECK(ask("If-Range", modified).status == 206);
    CHECK(ask("If-Range", "\"other\"").status == 200);
    CHECK(ask("If-None-Match", etag).status == 304);
}

TEST_CASE("A restart and a crash keep links", "[e2e][link]") {
    Linked linked;

    linked.s.gateway.restart();
    const auto after_restart = linked.get();
    CHECK(after_restart.body == linked.wav);
    CHECK(after_restart.header("Cache-Status").find("detail=disk") != std::string::npos);
    CHECK(linked.get().header("Cache-Status").find("memory") != std::string::npos);
    CHECK(linked.s.openai.received() == 1);
}

TEST_CASE("Two credentials with equal audio have one link, and one may lose it", "[e2e][link]") {
    Scenario s;
    s.openai.on("POST", kSpeech, sound(wav_of(24'000)));
    const auto buy = [&](const std::string& who, const std::string& ttl) {
        return link_in(s.gateway.post(kSpeech,
                                      speech_request("Hello"),
                                      {{"Authorization", "Bearer " + who},
                                       {"X-Refrain-Deliver", "url"},
                                       {"X-Refrain-TTL", ttl}}));
    };
    const auto one = buy("one", "1s");
    const auto two = buy("two", "1h");
    REQUIRE(one.at("digest") == two.at("digest"));
    REQUIRE(s.openai.received() == 2);

    std::this_thread::sleep_for(std::chrono::milliseconds(1'100));

    CHECK(s.gateway.get(path_of(one)).status == 200);
    s.gateway.restart();
    CHECK(s.gateway.get(path_of(one)).status == 200);
}

TEST_CASE("A link ends with its entry, and nonsense is no link", "[e2e][link]") {
    Scenario s;
    s.openai.on("POST", kSpeech, sound(wav_of(24'000)));
    const auto begin = std::chrono::steady_clock::now();
    const auto link = link_in(s.gateway.post(
        kSpeech, speech_request("Hello"), {{"X-Refrain-Deliver", "url"}, {"X-Refrain-TTL", "1s"}}));
    const auto fresh = s.gateway.get(path_of(link));
    // On a machine that is slow today its second may be over by now.
    if (std::chrono::steady_clock::now() - begin < std::chrono::seconds(1)) {
        CHECK(fresh.status == 200);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1'100));

    const auto gone = s.gateway.get(path_of(link));
    CHECK(gone.status == 404);
    CHECK(gone.body.find("ask for the speech again") != std::string::npos);
    CHECK(gone.header("Cache-Control") == "no-store");
    const std::string zeros(64, '0');
    for (const std::string& path : {std::string("/audio/"),
                                    "/audio/" + zeros,
                                    "/audio/" + zeros + ".",
                                    "/audio/" + zeros + ".html5x",
                                    "/audio/" + zeros + ".mp3/",
                                    "/audio/" + std::string(63, '0') + "g.mp3",
                                    "/audio/" + zeros + "0.mp3",
                                    "/audio/" + zeros + ".mp3",
                                    std::string("/audio/..%2frefrain/stats"),
                                    std::string("/audio/%zz")}) {
        CAPTURE(path);
        CHECK(s.gateway.get(path).status == 404);
    }
}

TEST_CASE("Signed links work as they were handed out, and no other way", "[e2e][link][signed]") {
    Linked linked(Environment{{"REFRAIN_AUDIO_SIGNING_KEY_ENV", "LINK_KEYS"},
                              {"LINK_KEYS", "a:0123456789abcdef"},
                              {"REFRAIN_SERVER_PUBLIC_URL", "https://cdn.example/"}});
    CHECK(linked.link.at("url").get<std::string>().starts_with("https://cdn.example/audio/"));
    const auto status = [&](const std::string& path) { return linked.ask_for(path, "GET").status; };
    const std::string& path = linked.path;
    const std::string file = path.substr(0, path.find('?'));

    const auto good = linked.get();
    CHECK(good.status == 200);
    CHECK(good.header("Cache-Control").starts_with("private, max-age=86"));
    CHECK(status(file) == 403);
    CHECK(status(path.substr(0, path.size() - 1) + (path.back() == '0' ? '1' : '0')) == 403);
    std::string later = path;
    later[path.find("exp=") + 4] = '9';
    CHECK(status(later) == 403);
    CHECK(status(path + "&exp=9999999999") == 403);
    const std::string other = "/audio/" + std::string(64, '0') + ".wav";
    CHECK(status(other + path.substr(path.find('?'))) == 403);
    std::string mp3 = path;
    mp3.replace(mp3.find(".wav"), 4, ".mp3");
    CHECK(status(mp3) == 403);
    CHECK(linked.ask_for(file, "GET").body.find("refrain_link_unsigned") != std::string::npos);

    SECTION("a new key signs while the old one is still good") {
        linked.s.gateway.restart_with({{"REFRAIN_AUDIO_SIGNING_KEY_ENV", "LINK_KEYS"},
                                       {"LINK_KEYS", "b:fedcba9876543210,a:0123456789abcdef"}});
        CHECK(status(path) == 200);
        const auto fresh =
            link_in(linked.s.gateway.post(kSpeech, speech_request("Hello"), kAsLink));
        CHECK(path_of(fresh).find("kid=b") != std::string::npos);
        CHECK(status(path_of(fresh)) == 200);
    }
    SECTION("a key that was taken away ends its links") {
        linked.s.gateway.restart_with(
            {{"REFRAIN_AUDIO_SIGNING_KEY_ENV", "LINK_KEYS"}, {"LINK_KEYS", "b:fedcba9876543210"}});
        CHECK(status(path) == 403);
    }
}

TEST_CASE("A signed link expires with a sentence", "[e2e][link][signed]") {
    Linked linked(Environment{{"REFRAIN_AUDIO_SIGNING_KEY_ENV", "LINK_KEYS"},
                              {"LINK_KEYS", "a:0123456789abcdef"},
                              {"REFRAIN_AUDIO_LINK_TTL", "1s"}});
    std::this_thread::sleep_for(std::chrono::milliseconds(1'100));

    const auto answer = linked.get();
    CHECK(answer.status == 410);
    CHECK(answer.body.find("has expired") != std::string::npos);
    const auto fresh = link_in(linked.s.gateway.post(kSpeech, speech_request("Hello"), kAsLink));
    CHECK(fresh.at("cache") == "hit");
}

}  // namespace
}  // namespace refrain::tests
