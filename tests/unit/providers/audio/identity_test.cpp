#include "unit/providers/audio/files.hpp"

#include <set>

namespace refrain::providers::audio {

using Kind = SoundIdentity::Kind;

TEST_CASE("The same samples are the same sound in any lossless file", "[audio][identity]") {
    const SoundIdentity wav = identify(sample("greeting.wav"));
    REQUIRE(wav.kind == Kind::samples);
    const std::string twin =
        GENERATE("greeting-tagged.wav", "greeting.flac", "greeting-24bit.flac", "greeting.aiff");
    CAPTURE(twin);

    const SoundIdentity other = identify(sample(twin));

    CHECK(other.kind == Kind::samples);
    CHECK(other.digest == wav.digest);
    CHECK(other.facts.frames == wav.facts.frames);
}

TEST_CASE("The telephone's codes are the samples they stand for", "[audio][identity]") {
    CHECK(identify(sample("tone-mulaw.wav")).digest == identify(sample("tone.wav")).digest);
}

TEST_CASE("One changed sample is another sound", "[audio][identity]") {
    CHECK(identify(sample("greeting-one-sample-off.flac")).digest !=
          identify(sample("greeting.wav")).digest);

    std::string wav = some_wav();
    std::set<Digest> seen{identify(wav).digest};
    for (std::size_t i = 44; i < wav.size(); ++i) {
        wav[i] = static_cast<char>(wav[i] ^ 1);
        seen.insert(identify(wav).digest);
        wav[i] = static_cast<char>(wav[i] ^ 1);
    }
    CHECK(seen.size() == wav.size() - 44 + 1);
}

TEST_CASE("The rate, the channels and the length are part of a sound", "[audio][identity]") {
    const std::string data = chunk("data", some_samples());
    const std::string shorter = chunk("data", some_samples().substr(2));
    const std::string silence_longer = chunk("data", some_samples() + std::string(2, '\0'));
    const std::set<Digest> seen{
        identify(riff(format_chunk() + data)).digest,
        identify(riff(format_chunk({1, 1, 8001}) + data)).digest,
        identify(riff(format_chunk({1, 2, 8000}) + data)).digest,
        identify(riff(format_chunk() + shorter)).digest,
        identify(riff(format_chunk() + silence_longer)).digest,
    };

    CHECK(seen.size() == 5);
}

TEST_CASE("An MP3 is the same without its tags, and only an MP3 of the same bytes",
          "[audio][identity]") {
    const SoundIdentity mp3 = identify(sample("greeting.mp3"));

    CHECK(mp3.kind == Kind::payload);
    CHECK(identify(sample("greeting-tagged.mp3")).digest == mp3.digest);
    std::string other = sample("greeting.mp3");
    other.back() = static_cast<char>(other.back() ^ 1);
    CHECK(identify(other).digest != mp3.digest);
}

TEST_CASE("Each lossy file is a sound of its own, for no two decoders agree to the last bit",
          "[audio][identity]") {
    std::set<Digest> seen;
    const char* const kFiles[] = {"greeting.mp3",
                                  "greeting.ogg",
                                  "greeting.opus",
                                  "greeting.m4a",
                                  "greeting.aac",
                                  "greeting.webm",
                                  "greeting.amr"};
    for (const char* file : kFiles) {
        const SoundIdentity identity = identify(sample(file));
        CAPTURE(file);
        CHECK(identity.kind == Kind::payload);
        seen.insert(identity.digest);
    }
    CHECK(seen.size() == std::size(kFiles));
}

TEST_CASE("Identity by bytes decodes nothing and still tells the facts", "[audio][identity]") {
    const std::string wav = sample("greeting.wav");
    const std::string tagged = sample("greeting-tagged.wav");

    const SoundIdentity identity = identify_sound(wav, IdentityMode::bytes);

    CHECK(identity.kind == Kind::bytes);
    CHECK(identity.digest != identify_sound(tagged, IdentityMode::bytes).digest);
    CHECK(identity.digest == identify_sound(wav, IdentityMode::bytes).digest);
    CHECK(identity.facts == inspect(wav));
    CHECK(identity.facts.frames == 39680);
}

TEST_CASE("Digests of different kinds never meet, whatever a stranger writes",
          "[audio][identity]") {
    // The very bytes that are hashed for some_wav(), sent as a file.
    const std::string wav = some_wav();
    std::string hashed = number(15, 8) + "refrain sound 1" + number(7, 8) + "samples" +
                         number(8000, 8) + number(1, 8);
    const std::string samples = some_samples();
    for (std::size_t i = 0; i < samples.size(); i += 2)
        hashed += std::string(2, '\0') + samples.substr(i, 2);
    hashed += number(100, 8);
    REQUIRE(sha256(hashed) == identify(wav).digest);

    CHECK(identify(hashed).kind == Kind::bytes);
    CHECK(identify(hashed).digest != identify(wav).digest);
    CHECK(identify_sound(wav, IdentityMode::bytes).digest != sha256(wav));
}

TEST_CASE("The digest of a sound is what the formats page says", "[audio][identity]") {
    CHECK(identify(some_wav()).digest.hex() ==
          "b1f60897a3eff21cd91e6e9d1b001bb78e44d02916cd34d9e1e62a6a37517b9d");
}

}  // namespace refrain::providers::audio
