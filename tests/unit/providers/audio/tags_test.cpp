#include "unit/providers/audio/files.hpp"

#include <random>

namespace refrain::providers::audio {

namespace {

std::string id3v2(std::uint64_t size, bool footer) {
    std::string tag("ID3\x04\x00", 5);
    tag += footer ? '\x10' : '\x00';
    for (int shift = 21; shift >= 0; shift -= 7)
        tag += static_cast<char>((size >> shift) & 0x7F);
    return tag + std::string(size, 't') + (footer ? std::string(10, '3') : "");
}

std::string ape(std::string_view items, bool header) {
    const std::string end = number(2000, 4) + number(items.size() + 32, 4) + number(1, 4) +
                            number(header ? 0x8000'0000 : 0, 4) + std::string(8, '\0');
    return (header ? "APETAGEX" + end : "") + std::string(items) + "APETAGEX" + end;
}

std::string lyrics(std::string_view text) {
    const std::string body = "LYRICSBEGIN" + std::string(text);
    std::string digits = std::to_string(body.size());
    digits.insert(0, 6 - digits.size(), '0');
    return body + digits + "LYRICS200";
}

}  // namespace

TEST_CASE("An MP3 under any tags is the same sound", "[audio][tags]") {
    static const std::string kMp3 = sample("greeting.mp3");
    static const SoundIdentity kPlain = identify(kMp3);
    std::mt19937 random(GENERATE(range(0U, 40U)));
    const auto chance = [&] { return random() % 2 == 0; };

    std::string file;
    while (chance())
        file += id3v2(random() % 3000, chance());
    if (!file.empty() && chance()) file += std::string(random() % 500, '\0');
    file += kMp3;
    if (chance()) file += ape(std::string(random() % 300, 'a'), chance());
    if (chance()) file += lyrics(std::string(random() % 300, 'l'));
    if (chance()) file += "TAG+" + std::string(223, 'x') + "TAG" + std::string(125, 'x');

    const SoundIdentity identity = identify(file);
    CHECK(identity.digest == kPlain.digest);
    CHECK(identity.facts == kPlain.facts);
}

TEST_CASE("A tag longer than its file is none", "[audio][tags]") {
    const std::string mp3 = sample("greeting.mp3");
    const std::string cut = id3v2(100'000, false).substr(0, 50);
    std::string long_lyrics = lyrics("la");
    long_lyrics.replace(long_lyrics.size() - 15, 6, "999999");

    CHECK(identify(cut + mp3).facts.container == Container::unknown);
    CHECK(identify(mp3 + long_lyrics).digest != identify(mp3).digest);
    CHECK(identify(id3v2(10, false)).facts.container == Container::unknown);
}

TEST_CASE("The last bytes of other containers are never taken for a tag", "[audio][tags]") {
    const std::string end = "TAG" + std::string(125, 'x');
    const char* const file =
        GENERATE(as<const char*>{}, "greeting.m4a", "greeting.ogg", "greeting.webm");

    CHECK(identify(sample(file) + end).digest != identify(sample(file)).digest);
}

}  // namespace refrain::providers::audio
