#include "samples/demo_provider/sound_file.hpp"

#include "samples/demo_provider/aac.hpp"
#include "samples/demo_provider/voice.hpp"

#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace refrain::demo {
namespace {

// The types OpenAI answers with.
constexpr std::array kFormats{SoundFormat{"mp3", "audio/mpeg"},
                              SoundFormat{"opus", "audio/opus"},
                              SoundFormat{"aac", "audio/aac"},
                              SoundFormat{"flac", "audio/flac"},
                              SoundFormat{"wav", "audio/wav"},
                              SoundFormat{"pcm", "audio/pcm"}};

int sndfile_format(std::string_view name) {
    if (name == "mp3") return SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
    if (name == "opus") return SF_FORMAT_OGG | SF_FORMAT_OPUS;
    if (name == "flac") return SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
    return SF_FORMAT_WAV | SF_FORMAT_PCM_16;
}

// A file in memory, as libsndfile wants one.
struct Memory {
    std::string bytes;
    std::size_t at = 0;
};

Memory& memory_of(void* user) {
    return *static_cast<Memory*>(user);
}

sf_count_t length_of(void* user) {
    return static_cast<sf_count_t>(memory_of(user).bytes.size());
}

sf_count_t seek_in(sf_count_t offset, int whence, void* user) {
    Memory& memory = memory_of(user);
    const auto at = static_cast<sf_count_t>(memory.at);
    const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? at : length_of(user);
    memory.at = static_cast<std::size_t>(std::max<sf_count_t>(base + offset, 0));
    return static_cast<sf_count_t>(memory.at);
}

sf_count_t read_from(void* to, sf_count_t count, void* user) {
    Memory& memory = memory_of(user);
    const std::size_t at = std::min(memory.at, memory.bytes.size());
    const auto size = std::min(static_cast<std::size_t>(count), memory.bytes.size() - at);
    std::memcpy(to, memory.bytes.data() + at, size);
    memory.at = at + size;
    return static_cast<sf_count_t>(size);
}

sf_count_t write_to(const void* from, sf_count_t count, void* user) {
    Memory& memory = memory_of(user);
    const auto size = static_cast<std::size_t>(count);
    if (memory.bytes.size() < memory.at + size) memory.bytes.resize(memory.at + size);
    std::memcpy(memory.bytes.data() + memory.at, from, size);
    memory.at += size;
    return count;
}

sf_count_t tell(void* user) {
    return static_cast<sf_count_t>(memory_of(user).at);
}

// RFC 3533 6: the polynomial 0x04c11db7, nothing reflected, nothing inverted.
std::uint32_t ogg_checksum(std::string_view page) {
    std::uint32_t sum = 0;
    for (const char c : page) {
        sum ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 24U;
        for (int bit = 0; bit < 8; ++bit)
            sum = (sum << 1U) ^ ((sum & 0x80000000U) != 0 ? 0x04c11db7U : 0U);
    }
    return sum;
}

void put_number(std::string& bytes, std::size_t at, std::uint32_t number) {
    for (std::size_t i = 0; i < 4; ++i)
        bytes[at + i] = static_cast<char>(number >> (8 * i) & 0xFFU);
}

// libsndfile gives each Ogg stream a random serial number; here every stream is number 1.
void number_ogg_stream(std::string& bytes) {
    constexpr std::size_t kHead = 27;
    constexpr std::size_t kSerial = 14;
    constexpr std::size_t kChecksum = 22;
    for (std::size_t at = 0; at + kHead <= bytes.size();) {
        const auto segments = static_cast<unsigned char>(bytes[at + kHead - 1]);
        std::size_t size = kHead + segments;
        for (std::size_t i = 0; i < segments && at + kHead + i < bytes.size(); ++i)
            size += static_cast<unsigned char>(bytes[at + kHead + i]);
        put_number(bytes, at + kSerial, 1);
        put_number(bytes, at + kChecksum, 0);
        put_number(bytes, at + kChecksum, ogg_checksum(std::string_view(bytes).substr(at, size)));
        at += size;
    }
}

std::string raw_bytes(const std::vector<std::int16_t>& samples) {
    std::string bytes;
    bytes.reserve(samples.size() * 2);
    for (const std::int16_t sample : samples) {
        const auto value = static_cast<std::uint16_t>(sample);
        bytes += static_cast<char>(value & 0xFFU);
        bytes += static_cast<char>(value >> 8U);
    }
    return bytes;
}

}  // namespace

const SoundFormat* sound_format(std::string_view name) noexcept {
    const auto* found = std::find_if(kFormats.begin(), kFormats.end(), [name](const auto& format) {
        return format.name == name;
    });
    return found == kFormats.end() ? nullptr : found;
}

std::optional<std::string> encode_sound(const std::vector<std::int16_t>& samples,
                                        const SoundFormat& format,
                                        const std::string& comment) {
    if (format.name == "pcm") return raw_bytes(samples);
    if (format.name == "aac") return encode_aac(samples, kSpeechRate);
    Memory memory;
    SF_VIRTUAL_IO io{length_of, seek_in, read_from, write_to, tell};
    SF_INFO info{};
    info.samplerate = kSpeechRate;
    info.channels = 1;
    info.format = sndfile_format(format.name);
    std::unique_ptr<SNDFILE, decltype(&sf_close)> file(
        sf_open_virtual(&io, SFM_WRITE, &info, &memory), &sf_close);
    if (!file) return std::nullopt;
    sf_set_string(file.get(), SF_STR_COMMENT, comment.c_str());
    const auto count = static_cast<sf_count_t>(samples.size());
    const bool written = sf_write_short(file.get(), samples.data(), count) == count;
    file.reset();  // only now is the file complete
    if (!written) return std::nullopt;
    if (format.name == "opus") number_ogg_stream(memory.bytes);
    return std::move(memory.bytes);
}

}  // namespace refrain::demo
