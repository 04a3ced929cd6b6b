#include "providers/audio/samples.hpp"

#include <sndfile.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace refrain::providers::audio {

namespace {

static_assert(std::endian::native == std::endian::little,
              "samples are hashed as they lie in memory");

constexpr std::int64_t kBlockSamples = 16 << 10;
// "fLaC", a block's head and STREAMINFO; the last 36 bits before its MD5 count the samples.
constexpr std::size_t kFlacHeadBytes = 42;
constexpr std::size_t kFlacCountAt = 21;

// Bytes in memory, as libsndfile reads a file.
struct View {
    std::string_view bytes;
    std::string_view head{};  // read instead of the first bytes
    sf_count_t at = 0;
};

View& view_of(void* user) {
    return *static_cast<View*>(user);
}

sf_count_t length(void* user) {
    return static_cast<sf_count_t>(view_of(user).bytes.size());
}

sf_count_t seek(sf_count_t offset, int whence, void* user) {
    View& view = view_of(user);
    const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? view.at : length(user);
    if (offset < -base || offset > length(user) - base) return -1;
    view.at = base + offset;
    return view.at;
}

sf_count_t read(void* target, sf_count_t count, void* user) {
    View& view = view_of(user);
    const sf_count_t some = std::clamp<sf_count_t>(count, 0, length(user) - view.at);
    const auto from = static_cast<std::size_t>(view.at);
    const auto bytes = static_cast<std::size_t>(some);
    std::memcpy(target, view.bytes.data() + from, bytes);
    if (from < view.head.size()) {
        std::memcpy(target, view.head.data() + from, std::min(bytes, view.head.size() - from));
    }
    view.at += some;
    return some;
}

sf_count_t write(const void*, sf_count_t, void*) {
    return 0;
}

sf_count_t tell(void* user) {
    return view_of(user).at;
}

struct Closer {
    void operator()(SNDFILE* file) const noexcept { sf_close(file); }
};
using File = std::unique_ptr<SNDFILE, Closer>;

// `view` must outlive the file.
File open(View& view, SF_INFO& info) {
    SF_VIRTUAL_IO io{length, seek, read, write, tell};
    return File(sf_open_virtual(&io, SFM_READ, &info, &view));
}

std::string_view bytes_of(const void* values, std::size_t bytes) {
    return {static_cast<const char*>(values), bytes};
}

template <typename Value>
std::string_view bytes_of(const std::vector<Value>& values, std::int64_t count) {
    return bytes_of(values.data(), static_cast<std::size_t>(count) * sizeof(Value));
}

// docs/formats/sound.md has the bytes.
class SampleDigest {
  public:
    SampleDigest(std::string_view kind, int rate, int channels) {
        field("refrain sound 1");
        field(kind);
        number(rate);
        number(channels);
    }
    void update(std::string_view samples) { sha_.update(samples); }
    Digest finish(std::int64_t frames) {
        number(frames);
        return sha_.finish();
    }

  private:
    void number(std::int64_t value) { sha_.update(bytes_of(&value, sizeof value)); }
    void field(std::string_view text) {
        number(static_cast<std::int64_t>(text.size()));
        sha_.update(text);
    }

    Sha256 sha_;
};

// Full scale is 2^31 whatever the file's depth; exact up to 32 bits.
std::optional<DecodedSound> digest_integers(SNDFILE* file, const SF_INFO& info, std::int64_t most) {
    SampleDigest digest("samples", info.samplerate, info.channels);
    const std::int64_t block_frames = kBlockSamples / info.channels;
    std::vector<std::int32_t> block(static_cast<std::size_t>(kBlockSamples));
    std::int64_t frames = 0;
    for (;;) {
        const sf_count_t got = sf_readf_int(file, block.data(), block_frames);
        if (got <= 0) break;
        frames += got;
        if (frames > most / info.channels) return std::nullopt;
        digest.update(bytes_of(block, got * info.channels));
    }
    if (sf_error(file) != SF_ERR_NO_ERROR) return std::nullopt;
    return DecodedSound{digest.finish(frames), frames};
}

// The integer with the same value where full scale is 2^31, if there is one.
bool to_integers(const std::vector<double>& values,
                 std::int64_t count,
                 std::vector<std::int32_t>& integers) {
    constexpr double kScale = 2147483648.0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const double scaled = values[i] * kScale;
        if (!(scaled >= -kScale && scaled < kScale) || std::trunc(scaled) != scaled) return false;
        integers[i] = static_cast<std::int32_t>(scaled);
    }
    return true;
}

// As integers if all of them are; else by the bits of the doubles they fit in exactly.
std::optional<DecodedSound> digest_floats(SNDFILE* file, const SF_INFO& info) {
    SampleDigest as_integers("samples", info.samplerate, info.channels);
    SampleDigest as_floats("float samples", info.samplerate, info.channels);
    const std::int64_t block_frames = kBlockSamples / info.channels;
    std::vector<double> block(static_cast<std::size_t>(kBlockSamples));
    std::vector<std::int32_t> integers(static_cast<std::size_t>(kBlockSamples));
    bool whole = true;
    std::int64_t frames = 0;
    for (;;) {
        const sf_count_t got = sf_readf_double(file, block.data(), block_frames);
        if (got <= 0) break;
        frames += got;
        const std::int64_t count = got * info.channels;
        as_floats.update(bytes_of(block, count));
        whole = whole && to_integers(block, count, integers);
        if (whole) as_integers.update(bytes_of(integers, count));
    }
    if (sf_error(file) != SF_ERR_NO_ERROR) return std::nullopt;
    return DecodedSound{(whole ? as_integers : as_floats).finish(frames), frames};
}

int library_code(Pcm::Code code) {
    using enum Pcm::Code;
    switch (code) {
        case u8: return SF_FORMAT_PCM_U8;
        case s8: return SF_FORMAT_PCM_S8;
        case s16: return SF_FORMAT_PCM_16;
        case s24: return SF_FORMAT_PCM_24;
        case s32: return SF_FORMAT_PCM_32;
        case f32: return SF_FORMAT_FLOAT;
        case f64: return SF_FORMAT_DOUBLE;
        case mulaw: return SF_FORMAT_ULAW;
        case alaw: return SF_FORMAT_ALAW;
    }
    return SF_FORMAT_PCM_16;
}

}  // namespace

std::optional<DecodedSound> digest_of_pcm(const Pcm& pcm) {
    // As raw samples: the library's own readers of headers never see what a stranger wrote.
    SF_INFO info{};
    info.samplerate = pcm.rate;
    info.channels = pcm.channels;
    info.format = SF_FORMAT_RAW | library_code(pcm.code) |
                  (pcm.big_endian ? SF_ENDIAN_BIG : SF_ENDIAN_LITTLE);
    View view{pcm.data};
    const File file = open(view, info);
    if (!file) return std::nullopt;
    const bool floating = pcm.code == Pcm::Code::f32 || pcm.code == Pcm::Code::f64;
    if (floating) return digest_floats(file.get(), info);
    return digest_integers(file.get(), info, SF_COUNT_MAX);
}

std::optional<DecodedSound> digest_of_flac(std::string_view flac, const SoundFacts& facts) {
    // Without its count of samples, the library reads to the end and not as far as the count says.
    std::string head(flac.substr(0, kFlacHeadBytes));
    if (head.size() < kFlacHeadBytes) return std::nullopt;
    head[kFlacCountAt] = static_cast<char>(head[kFlacCountAt] & 0xF0);
    head.replace(kFlacCountAt + 1, 4, 4, '\0');

    SF_INFO info{};
    View view{flac, head};
    const File file = open(view, info);
    if (!file || (info.format & SF_FORMAT_TYPEMASK) != SF_FORMAT_FLAC) return std::nullopt;
    if (info.samplerate != facts.rate || info.channels != facts.channels) return std::nullopt;
    const std::int64_t most = max_flac_samples(flac.size());
    if (facts.frames > most / info.channels) return std::nullopt;
    auto decoded = digest_integers(file.get(), info, most);
    if (!decoded || decoded->frames == 0) return std::nullopt;
    if (facts.frames != 0 && decoded->frames != facts.frames) return std::nullopt;
    return decoded;
}

std::int64_t max_flac_samples(std::size_t bytes) noexcept {
    constexpr std::int64_t kMost = std::int64_t{1} << 28;
    constexpr std::int64_t kAlways = std::int64_t{1} << 14;
    constexpr std::size_t kInAByte = 16;
    const std::size_t enough = static_cast<std::size_t>(kMost) / kInAByte;
    return std::min(kMost, kAlways + static_cast<std::int64_t>(std::min(bytes, enough) * kInAByte));
}

}  // namespace refrain::providers::audio
