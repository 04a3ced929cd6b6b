#include "unit/providers/audio/files.hpp"

#include <utility>
#include <vector>

namespace refrain::providers::audio {

using Kind = SoundIdentity::Kind;

namespace {

std::string chunk_be(std::string_view id, std::string_view content) {
    std::string text(id);
    text += number_be(content.size(), 4);
    text += content;
    if (content.size() % 2 != 0) text += '\0';
    return text;
}

std::string common(std::uint64_t frames, std::uint64_t bits, std::string_view compression = "") {
    // 8000 Hz as an 80-bit float: 1.953125 * 2^12.
    return chunk_be("COMM",
                    number_be(1, 2) + number_be(frames, 4) + number_be(bits, 2) +
                        number_be(16383 + 12, 2) + number_be(0xFA00'0000'0000'0000, 8) +
                        std::string(compression) +
                        (compression.empty() ? "" : std::string(2, '\0')));
}

std::string sound_data(std::string_view samples) {
    return chunk_be("SSND", std::string(8, '\0') + std::string(samples));
}

std::string form(std::string_view kind, std::string_view chunks) {
    return "FORM" + number_be(chunks.size() + 4, 4) + std::string(kind) + std::string(chunks);
}

std::string swapped(std::string samples) {
    for (std::size_t i = 0; i + 1 < samples.size(); i += 2)
        std::swap(samples[i], samples[i + 1]);
    return samples;
}

}  // namespace

TEST_CASE("AIFF in either byte order is the WAV of the same samples", "[audio][aiff]") {
    const Digest wav = identify(some_wav()).digest;
    const std::string big = swapped(some_samples());
    const std::string plain = form("AIFF", common(100, 16) + sound_data(big));
    const std::string named = form("AIFC", common(100, 16, "NONE") + sound_data(big));
    const std::string little = form("AIFC", common(100, 16, "sowt") + sound_data(some_samples()));
    const std::string tagged =
        form("AIFF",
             chunk_be("NAME", "abc") + sound_data(big) + common(100, 16) + chunk_be("ANNO", "x"));

    CHECK(identify(plain).digest == wav);
    CHECK(identify(named).digest == wav);
    CHECK(identify(little).digest == wav);
    CHECK(identify(tagged).digest == wav);
    CHECK(inspect(little).codec == "pcm_s16le");
}

TEST_CASE("Eight bits are signed in AIFF and unsigned in WAV", "[audio][aiff]") {
    std::string as_signed;
    std::string as_unsigned;
    for (int i = 0; i < 256; ++i) {
        as_signed += static_cast<char>(i - 128);
        as_unsigned += static_cast<char>(i);
    }
    const Digest wav =
        identify(riff(format_chunk({1, 1, 8000, 8}) + chunk("data", as_unsigned))).digest;

    CHECK(identify(form("AIFF", common(256, 8) + sound_data(as_signed))).digest == wav);
    CHECK(identify(form("AIFC", common(256, 8, "raw ") + sound_data(as_unsigned))).digest == wav);
}

TEST_CASE("An AIFF that lies about its length is its bytes", "[audio][aiff]") {
    const std::string data = sound_data(some_samples());
    const std::string whole = form("AIFF", common(100, 16) + data);
    const std::vector<std::string> files{form("AIFF", common(101, 16) + data),
                                         form("AIFF", common(99, 16) + data),
                                         form("AIFF", common(0, 16) + data),
                                         form("AIFF", common(0xFFFF'FFFF, 16) + data),
                                         form("AIFF", common(100, 16)),
                                         form("AIFF", common(100, 16) + data + data),
                                         form("AIFF", common(100, 64) + data),
                                         form("AIFF", data),
                                         whole.substr(0, whole.size() - 1)};
    for (std::size_t i = 0; i < files.size(); ++i) {
        CAPTURE(i);
        CHECK(identify(files[i]).kind == Kind::bytes);
    }
}

TEST_CASE("A codec inside of an AIFF is known by its data", "[audio][aiff]") {
    const SoundIdentity one = identify(form("AIFC", common(64, 16, "ima4") + sound_data("coded")));

    CHECK(one.kind == Kind::payload);
    CHECK(one.facts.codec == "adpcm_ima");
}

}  // namespace refrain::providers::audio
