#include "unit/providers/audio/files.hpp"

#include <vector>

namespace refrain::providers::audio {

TEST_CASE("The facts of real recordings are read from their bytes alone", "[audio][facts]") {
    struct Row {
        const char* file;
        Container container;
        const char* codec;
        int rate;
        std::int64_t milliseconds;
    };
    const auto row =
        GENERATE(Row{"greeting.wav", Container::wav, "pcm_s16le", 16000, 2480},
                 Row{"greeting-tagged.wav", Container::wav, "pcm_s16le", 16000, 2480},
                 Row{"tone-mulaw.wav", Container::wav, "pcm_mulaw", 8000, 500},
                 Row{"greeting.aiff", Container::aiff, "pcm_s16be", 16000, 2480},
                 Row{"greeting.flac", Container::flac, "flac", 16000, 2480},
                 // The encoder's padding is taken off, as its own tag says it.
                 Row{"greeting.mp3", Container::mp3, "mp3", 16000, 2480},
                 Row{"greeting-tagged.mp3", Container::mp3, "mp3", 16000, 2480},
                 Row{"greeting.ogg", Container::ogg, "vorbis", 16000, 2480},
                 Row{"greeting.opus", Container::ogg, "opus", 48000, 2480},
                 // This encoder drops the last, incomplete frame.
                 Row{"greeting.m4a", Container::mp4, "aac", 16000, 2432},
                 Row{"greeting-fragmented.m4a", Container::mp4, "aac", 16000, 2432},
                 Row{"greeting.aac", Container::adts, "aac", 16000, 2432},
                 Row{"greeting.webm", Container::webm, "opus", 16000, 2487},
                 // No length is stated: the last block is taken to be as long as the one before it.
                 Row{"greeting-live.webm", Container::webm, "opus", 16000, 2500},
                 Row{"greeting.amr", Container::amr, "amr_wb", 16000, 2480});
    CAPTURE(row.file);

    const SoundFacts facts = inspect(sample(row.file));

    CHECK(name(facts.container) == name(row.container));
    CHECK(facts.codec == row.codec);
    CHECK(facts.rate == row.rate);
    CHECK(facts.channels == 1);
    REQUIRE(facts.duration);
    CHECK(facts.duration->count() == row.milliseconds);
    CHECK(facts.frames * 1000 / facts.rate == Approx(row.milliseconds).margin(1));
}

TEST_CASE("What is no sound has no container, no length and the identity of its bytes",
          "[audio][facts]") {
    const std::vector<std::string> files{std::string(),
                                         std::string("hello"),
                                         std::string("{\"a\":1}"),
                                         std::string("<html>RIFF</html>"),
                                         std::string(5000, '\0'),
                                         std::string(5000, '\xFF'),
                                         std::string("RIFF\x10\0\0\0WEBP", 12),
                                         std::string("ID3\x03\0\0\0\0\0\x05 tags", 15)};
    for (const std::string& bytes : files) {
        CAPTURE(bytes.substr(0, 20));
        const SoundIdentity identity = identify(bytes);

        CHECK(identity.facts == SoundFacts{});
        CHECK(identity.kind == SoundIdentity::Kind::bytes);
        CHECK(identity.digest == identify_sound(bytes, IdentityMode::bytes).digest);
    }
}

TEST_CASE("A variable-rate MP3 is as long as its frames, whatever its first frame claims",
          "[audio][facts]") {
    // MPEG-1 layer III, 64 kbit/s, 32 kHz, mono: 288 bytes and 1152 samples each.
    const std::string header("\xFF\xFB\x58\xC0", 4);
    const std::string frame = header + std::string(284, '\0');
    std::string table = frame;
    table.replace(4 + 17, 12, "Xing" + number_be(1, 4) + number_be(999'999, 4));
    std::string vbri = frame;
    vbri.replace(4 + 32, 4, "VBRI");
    std::string frames;
    for (int i = 0; i < 25; ++i)
        frames += frame;

    CHECK(inspect(frames).frames == 25 * 1152);
    CHECK(inspect(table + frames).frames == 25 * 1152);
    CHECK(inspect(vbri + frames).frames == 25 * 1152);
    CHECK(inspect(frames + "noise" + frames).frames == 50 * 1152);
    CHECK(inspect(frames + frame.substr(0, 100)).frames == 25 * 1152);
    CHECK(inspect(frames).duration == std::chrono::milliseconds(900));
    CHECK(inspect(frames).channels == 1);
}

TEST_CASE("Ogg streams that follow each other are as long as all of them", "[audio][facts]") {
    const std::string one = sample("greeting.opus");

    CHECK(inspect(one + one).duration == std::chrono::milliseconds(4960));
    CHECK(inspect(one + "noise" + one).duration == std::chrono::milliseconds(4960));
}

}  // namespace refrain::providers::audio
