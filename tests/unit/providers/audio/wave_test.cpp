#include "providers/audio/wav.hpp"
#include "unit/providers/audio/files.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <vector>

namespace refrain::providers::audio {

using Kind = SoundIdentity::Kind;

namespace {

const Digest& plain() {
    static const Digest kDigest = identify(some_wav()).digest;
    return kDigest;
}

std::string extensible(std::uint64_t code, std::uint64_t bits, std::uint64_t valid_bits) {
    std::string format = format_chunk({0xFFFE, 1, 8000, bits}).substr(8);
    format += number(22, 2) + number(valid_bits, 2) + number(4, 4) + number(code, 2);
    format += std::string("\x00\x00\x00\x00\x10\x00\x80\x00\x00\xAA\x00\x38\x9B\x71", 14);
    return chunk("fmt ", format);
}

template <typename Value>
std::string as(double full_scale) {
    const std::string samples = some_samples();
    std::string out;
    for (std::size_t i = 0; i < samples.size(); i += 2) {
        std::int16_t sample = 0;
        std::memcpy(&sample, samples.data() + i, 2);
        const auto value = static_cast<Value>(sample / 32768.0 * full_scale);
        out.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    return out;
}

}  // namespace

TEST_CASE("Chunks of metadata in any order and number leave a WAV the same sound",
          "[audio][wave]") {
    std::mt19937 random(GENERATE(range(0U, 50U)));
    std::vector<std::string> chunks{format_chunk(), chunk("data", some_samples())};
    for (const char* id : {"LIST", "bext", "iXML", "JUNK", "fact", "cue ", "id3 "}) {
        if (random() % 2 == 0) continue;
        // The samples come after their format; all else may stand anywhere.
        const auto at =
            chunks.begin() + static_cast<std::ptrdiff_t>(random() % (chunks.size() + 1));
        chunks.insert(at, chunk(id, std::string(random() % 40, static_cast<char>(random()))));
    }
    std::string all;
    for (const std::string& one : chunks)
        all += one;

    CHECK(identify(riff(all)).digest == plain());
}

TEST_CASE("A WAV is the same sound at any depth that holds its samples", "[audio][wave]") {
    std::string in_24;
    const std::string samples = some_samples();
    for (std::size_t i = 0; i < samples.size(); i += 2)
        in_24 += '\0' + samples.substr(i, 2);
    const auto wav = [](std::uint64_t code, std::uint64_t bits, const std::string& data) {
        return identify(riff(format_chunk({code, 1, 8000, bits}) + chunk("data", data)));
    };

    CHECK(wav(1, 24, in_24).digest == plain());
    CHECK(wav(1, 32, as<std::int32_t>(2147483648.0)).digest == plain());
    CHECK(wav(3, 32, as<float>(1.0)).digest == plain());
    CHECK(wav(3, 64, as<double>(1.0)).digest == plain());
    CHECK(wav(3, 32, as<float>(0.7)).kind == Kind::samples);
    CHECK(wav(3, 32, as<float>(0.7)).digest != plain());
    CHECK(wav(3, 64, as<double>(2.0)).digest != plain());
}

TEST_CASE("The long form of a WAV's format says the same", "[audio][wave]") {
    const std::string data = chunk("data", some_samples());

    CHECK(identify(riff(extensible(1, 16, 16) + data)).digest == plain());
    CHECK(identify(riff(extensible(3, 32, 32) + chunk("data", as<float>(1.0)))).digest == plain());
    CHECK(inspect(riff(extensible(1, 16, 16) + data)).codec == "pcm_s16le");
}

TEST_CASE("RF64 and BW64 are WAV with long lengths", "[audio][wave]") {
    const std::string samples = some_samples();
    const auto wide = [&](const std::string& magic, std::uint64_t length) {
        return magic + number(0xFFFF'FFFF, 4) + "WAVE" +
               chunk("ds64", number(0, 8) + number(length, 8) + number(100, 8) + number(0, 4)) +
               format_chunk() + "data" + number(0xFFFF'FFFF, 4) + samples;
    };

    CHECK(identify(wide("RF64", 200)).digest == plain());
    CHECK(identify(wide("BW64", 200)).digest == plain());
    CHECK(inspect(wide("RF64", 200)).container == Container::rf64);
    CHECK(identify(wide("RF64", 1ULL << 40)).kind == Kind::bytes);
    CHECK(identify(wide("RF64", 0)).kind == Kind::bytes);
}

TEST_CASE("A WAV written to a pipe goes on to its end", "[audio][wave]") {
    const std::uint64_t open_end =
        GENERATE(0xFFFF'FFFFULL, 0x7FFF'F000ULL, 0x7FFF'FFFFULL, 0x8000'0000ULL);
    std::string wav = some_wav();
    wav.replace(40, 4, number(open_end, 4));

    CHECK(identify(wav).digest == plain());
    CHECK(inspect(wav).frames == 100);
}

TEST_CASE("A WAV that holds less than it says, or nothing clear, is its bytes", "[audio][wave]") {
    const std::string data = chunk("data", some_samples());
    const std::string cut = some_wav().substr(0, 100);
    std::string claims_two_gigabytes = some_wav();
    claims_two_gigabytes.replace(40, 4, number(0x7FFF'EFFF, 4));
    std::string odd_frames = some_wav();
    odd_frames.replace(32, 2, number(3, 2));
    const std::vector<std::string> files{cut,
                                         claims_two_gigabytes,
                                         odd_frames,
                                         riff(""),
                                         riff(data),
                                         riff(format_chunk()),
                                         riff(data + format_chunk()),
                                         riff(format_chunk() + data + data),
                                         riff(format_chunk() + format_chunk() + data),
                                         riff(format_chunk() + chunk("data", "")),
                                         riff(format_chunk() + chunk("data", "x")),
                                         riff(format_chunk({1, 1, 0}) + data),
                                         riff(format_chunk({1, 0, 8000}) + data),
                                         riff(format_chunk({1, 65535, 8000}) + data),
                                         riff(format_chunk({1, 1, 0xFFFF'FFFF}) + data),
                                         riff(format_chunk({1, 1, 8000, 0}) + data),
                                         riff(format_chunk({1, 1, 8000, 48}) + data),
                                         riff(format_chunk({3, 1, 8000, 16}) + "data")};
    for (std::size_t i = 0; i < files.size(); ++i) {
        CAPTURE(i);
        const SoundIdentity identity = identify(files[i]);
        CHECK(name(identity.kind) == name(Kind::bytes));
        CHECK(identity.digest == identify_sound(files[i], IdentityMode::bytes).digest);
        CHECK(identity.facts.container == Container::wav);
    }
}

TEST_CASE("A codec inside of a WAV is known by its format and its data", "[audio][wave]") {
    const auto adpcm = [](const std::string& chunks, const std::string& data) {
        const std::string format =
            format_chunk({0x11, 1, 8000, 4}).substr(8) + number(2, 2) + number(505, 2);
        return identify(riff(chunk("fmt ", format) + chunks + chunk("data", data)));
    };
    const SoundIdentity one = adpcm("", "coded");

    CHECK(one.kind == Kind::payload);
    CHECK(one.facts.codec == "adpcm_ima");
    CHECK(adpcm(chunk("LIST", "INFO"), "coded").digest == one.digest);
    CHECK(adpcm("", "codes").digest != one.digest);
}

TEST_CASE("What stands after the last whole frame is not heard", "[audio][wave]") {
    CHECK(identify(riff(format_chunk() + chunk("data", some_samples() + "x"))).digest == plain());
}

TEST_CASE("A WAV header makes a sound of raw samples", "[audio][wave]") {
    const std::string samples = some_samples();
    const std::string header = wav_header(static_cast<std::uint32_t>(samples.size()), 8000, 1, 16);

    CHECK(header.size() == 44);
    CHECK(header + samples == some_wav());
    CHECK(inspect(wav_header(96, 48000, 2, 24) + std::string(96, '\0')).frames == 16);
}

}  // namespace refrain::providers::audio
