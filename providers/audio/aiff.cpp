// AIFF (Apple, 1989) and AIFF-C (1991).
#include "providers/audio/containers.hpp"
#include "providers/audio/numbers.hpp"

namespace refrain::providers::audio {

namespace {

constexpr std::uint64_t kChunkHead = 8;

struct Chunks {
    std::string_view common;  // "COMM"
    std::string_view data;    // "SSND" after its offset
    bool sound = false;       // both there, once each, whole
};

Chunks read_chunks(std::string_view bytes) {
    Chunks chunks;
    int commons = 0;
    int datas = 0;
    bool cut = false;
    std::uint64_t at = 12;
    while (at + kChunkHead <= bytes.size()) {
        const std::string_view id = slice(bytes, at, 4);
        const std::uint64_t size = big_endian(bytes, at + 4, 4);
        const std::uint64_t room = bytes.size() - at - kChunkHead;
        const std::string_view content = slice(bytes, at + kChunkHead, size);
        if (id == "COMM") {
            ++commons;
            cut = cut || size > room;
            chunks.common = content;
        } else if (id == "SSND") {
            ++datas;
            cut = cut || size > room;
            chunks.data = slice(content, 8 + big_endian(content, 0, 4));
        }
        if (size >= room) break;
        at += kChunkHead + size + size % 2;
    }
    chunks.sound = commons == 1 && datas == 1 && !cut;
    return chunks;
}

// An 80-bit float (IEEE 754 double-extended): exponent and a mantissa with its first bit written
// out. Whole numbers up to kMaxRate only; anything else is 0.
std::int64_t rate_of(std::string_view common) {
    const std::uint64_t exponent = big_endian(common, 8, 2);
    const std::uint64_t mantissa = big_endian(common, 10, 8);
    constexpr std::uint64_t kBias = 16383;
    if (exponent < kBias || exponent > kBias + 30) return 0;
    const std::uint64_t fraction_bits = 63 - (exponent - kBias);
    const std::uint64_t whole = mantissa >> fraction_bits;
    return (whole << fraction_bits) == mantissa ? static_cast<std::int64_t>(whole) : 0;
}

struct Coding {
    Pcm::Code code;
    bool big_endian = true;
};

std::optional<Coding> integer_coding(std::uint64_t bits, bool big_endian) {
    using enum Pcm::Code;
    switch ((bits + 7) / 8) {
        case 1: return Coding{s8, big_endian};
        case 2: return Coding{s16, big_endian};
        case 3: return Coding{s24, big_endian};
        case 4: return Coding{s32, big_endian};
        default: return std::nullopt;
    }
}

std::optional<Coding> coding_of(std::string_view compression, std::uint64_t bits) {
    using enum Pcm::Code;
    if (compression == "NONE" || compression == "twos") return integer_coding(bits, true);
    if (compression == "sowt") return integer_coding(bits, false);
    if (compression == "raw " && bits == 8) return Coding{u8};
    if (compression == "in24") return Coding{s24};
    if (compression == "in32") return Coding{s32};
    if (compression == "fl32" || compression == "FL32") return Coding{f32};
    if (compression == "fl64" || compression == "FL64") return Coding{f64};
    if (compression == "ulaw" || compression == "ULAW") return Coding{mulaw};
    if (compression == "alaw" || compression == "ALAW") return Coding{alaw};
    return std::nullopt;
}

}  // namespace

ReadSound read_aiff(std::string_view bytes) {
    ReadSound sound;
    const Chunks chunks = read_chunks(bytes);
    const auto channels = static_cast<std::int64_t>(big_endian(chunks.common, 0, 2));
    const std::int64_t rate = rate_of(chunks.common);
    if (!is_sane(rate, channels)) return sound;
    sound.facts.rate = static_cast<int>(rate);
    sound.facts.channels = static_cast<int>(channels);
    const std::uint64_t stated = big_endian(chunks.common, 2, 4);
    const bool may_compress = has_at(bytes, 8, "AIFC");
    const auto compression = may_compress ? slice(chunks.common, 18, 4) : std::string_view("NONE");
    const auto coding = coding_of(compression, big_endian(chunks.common, 6, 2));
    if (!coding) {
        if (compression != "ima4") return sound;
        constexpr std::uint64_t kFramesInPacket = 64;
        sound.facts.codec = "adpcm_ima";
        sound.facts.frames = static_cast<std::int64_t>(stated * kFramesInPacket);
        settle_duration(sound.facts);
        if (chunks.sound && !chunks.data.empty()) sound.payload = {chunks.common, chunks.data};
        return sound;
    }
    sound.facts.codec = codec_name(coding->code, coding->big_endian);
    const std::uint64_t frame_bytes =
        static_cast<std::uint64_t>(channels) * static_cast<std::uint64_t>(bytes_of(coding->code));
    const std::uint64_t frames = std::min(stated, chunks.data.size() / frame_bytes);
    sound.facts.frames = static_cast<std::int64_t>(frames);
    settle_duration(sound.facts);
    // COMM and SSND both tell the length; where they differ, readers do.
    const bool agreed = chunks.data.size() / frame_bytes == stated;
    if (!chunks.sound || !agreed || frames == 0) return sound;
    sound.pcm = Pcm{coding->code,
                    coding->big_endian,
                    sound.facts.rate,
                    sound.facts.channels,
                    slice(chunks.data, 0, frames * frame_bytes)};
    return sound;
}

}  // namespace refrain::providers::audio
