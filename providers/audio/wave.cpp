// WAV: RIFF chunks (Multimedia Programming Interface 1.0, 1991), WAVE_FORMAT_EXTENSIBLE
// (mmreg.h), and their 64-bit twins RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088).
#include "providers/audio/containers.hpp"
#include "providers/audio/numbers.hpp"

namespace refrain::providers::audio {

namespace {

// What programs write that do not know the length yet: 0xFFFFFFFF, or nearly 2 GiB (sox,
// espeak-ng). The data then goes on to the end of the file. OpenAI's own speech comes like this.
constexpr std::uint64_t kOpenEnd = 0x7FFF'F000;
constexpr std::uint64_t kChunkHead = 8;

constexpr std::uint64_t kPcm = 1;
constexpr std::uint64_t kFloat = 3;
constexpr std::uint64_t kAlaw = 6;
constexpr std::uint64_t kMulaw = 7;
constexpr std::uint64_t kExtensible = 0xFFFE;

struct Chunks {
    std::string_view format;
    std::string_view data;
    bool sound = false;  // both there, once each, in order, and as long as they say
};

class ChunkReader {
  public:
    explicit ChunkReader(std::string_view bytes)
        : bytes_(bytes), is_wide_(!bytes.starts_with("RIFF")) {}

    Chunks read() {
        std::uint64_t at = 12;
        while (at + kChunkHead <= bytes_.size() && !broken_) {
            const std::string_view id = slice(bytes_, at, 4);
            const std::uint64_t room = bytes_.size() - at - kChunkHead;
            const std::uint64_t size = length(id, little_endian(bytes_, at + 4, 4), room);
            take(id, slice(bytes_, at + kChunkHead, size), size > room);
            if (size >= room) break;
            at += kChunkHead + size + size % 2;
        }
        chunks_.sound = !broken_ && has_format_ && has_data_;
        return chunks_;
    }

  private:
    std::uint64_t length(std::string_view id, std::uint64_t stated, std::uint64_t room) const {
        if (id != "data") return stated;
        if (is_wide_) return stated == 0xFFFF'FFFF ? wide_data_bytes_ : stated;
        return stated >= kOpenEnd ? std::min(stated, room) : stated;
    }

    void take(std::string_view id, std::string_view content, bool cut) {
        if (id == "ds64" && is_wide_) {
            wide_data_bytes_ = little_endian(content, 8, 8);
        } else if (id == "fmt ") {
            broken_ = cut || has_format_ || has_data_;
            has_format_ = true;
            chunks_.format = content;
        } else if (id == "data") {
            // Two of them are read by some as one and by others as the first.
            broken_ = cut || has_data_ || !has_format_;
            has_data_ = true;
            chunks_.data = content;
        }
    }

    std::string_view bytes_;
    bool is_wide_;
    std::uint64_t wide_data_bytes_ = 0;
    Chunks chunks_;
    bool has_format_ = false;
    bool has_data_ = false;
    bool broken_ = false;
};

// The code of WAVE_FORMAT_EXTENSIBLE stands in the first two bytes of a GUID that else never
// changes.
std::uint64_t format_code(std::string_view format) {
    constexpr std::string_view kRest("\x00\x00\x00\x00\x10\x00\x80\x00\x00\xAA\x00\x38\x9B\x71",
                                     14);
    const std::uint64_t code = little_endian(format, 0, 2);
    if (code != kExtensible) return code;
    return has_at(format, 26, kRest) ? little_endian(format, 24, 2) : kExtensible;
}

std::optional<Pcm::Code> integer_code(std::uint64_t bits) {
    using enum Pcm::Code;
    switch ((bits + 7) / 8) {
        case 1: return u8;
        case 2: return s16;
        case 3: return s24;
        case 4: return s32;
        default: return std::nullopt;
    }
}

std::optional<Pcm::Code> sample_code(std::uint64_t format, std::uint64_t bits) {
    using enum Pcm::Code;
    if (format == kPcm) return integer_code(bits);
    if (format == kFloat && bits == 32) return f32;
    if (format == kFloat && bits == 64) return f64;
    if (format == kAlaw && bits == 8) return alaw;
    if (format == kMulaw && bits == 8) return mulaw;
    return std::nullopt;
}

std::string_view coded_name(std::uint64_t format) {
    switch (format) {
        case 0x0002: return "adpcm_ms";
        case 0x0011: return "adpcm_ima";
        case 0x0031: return "gsm";
        case 0x0055: return "mp3";
        case 0x0064:
        case 0x0065: return "g726";
        default: return "";
    }
}

// Codecs with state of their own: their payload is the sound, and its length is in "fact" or
// follows from the bytes a second.
void read_coded(ReadSound& sound, const Chunks& chunks, std::uint64_t format) {
    sound.facts.codec = coded_name(format);
    sound.facts.duration = duration_of(chunks.data.size(), little_endian(chunks.format, 8, 4));
    if (chunks.data.empty() || sound.facts.codec.empty()) return;
    sound.payload = {chunks.format, chunks.data};
}

}  // namespace

ReadSound read_wave(std::string_view bytes) {
    ReadSound sound;
    const Chunks chunks = ChunkReader(bytes).read();
    const std::uint64_t rate = little_endian(chunks.format, 4, 4);
    const std::uint64_t channels = little_endian(chunks.format, 2, 2);
    const std::uint64_t format = format_code(chunks.format);
    if (!is_sane(static_cast<std::int64_t>(rate), static_cast<std::int64_t>(channels))) {
        return sound;
    }
    sound.facts.rate = static_cast<int>(rate);
    sound.facts.channels = static_cast<int>(channels);

    const auto code = sample_code(format, little_endian(chunks.format, 14, 2));
    if (!code) {
        if (chunks.sound) read_coded(sound, chunks, format);
        return sound;
    }
    const std::uint64_t frame_bytes = channels * static_cast<std::uint64_t>(bytes_of(*code));
    const std::uint64_t frames = chunks.data.size() / frame_bytes;
    sound.facts.codec = codec_name(*code, false);
    sound.facts.frames = static_cast<std::int64_t>(frames);
    settle_duration(sound.facts);
    const bool aligned = little_endian(chunks.format, 12, 2) == frame_bytes;
    if (!chunks.sound || !aligned || frames == 0) return sound;
    sound.pcm = Pcm{*code,
                    false,
                    sound.facts.rate,
                    sound.facts.channels,
                    slice(chunks.data, 0, frames * frame_bytes)};
    return sound;
}

}  // namespace refrain::providers::audio
