// What each container's reader finds, one file each. Internal to this folder. Pure.
#pragma once

#include "providers/audio/sound.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace refrain::providers::audio {

// Samples that need no codec but a table.
struct Pcm {
    enum class Code { u8, s8, s16, s24, s32, f32, f64, mulaw, alaw };
    Code code = Code::s16;
    bool big_endian = false;
    int rate = 0;
    int channels = 0;
    std::string_view data;  // whole frames, at least one
};
int bytes_of(Pcm::Code code) noexcept;
// "pcm_s16le", "pcm_u8", "pcm_mulaw"
std::string codec_name(Pcm::Code code, bool big_endian);

// How a file can be identified. One of the three, or none for a broken file.
struct ReadSound {
    SoundFacts facts;
    std::optional<Pcm> pcm;
    std::string_view flac;                      // a whole FLAC stream, without tags around it
    std::array<std::string_view, 2> payload{};  // joined with their lengths; the first may be ""
};

// Rates and channels outside of these are nonsense or meant to hurt.
inline constexpr std::int64_t kMaxRate = 768'000;
inline constexpr std::int64_t kMaxChannels = 64;
inline constexpr bool is_sane(std::int64_t rate, std::int64_t channels) noexcept {
    return rate > 0 && rate <= kMaxRate && channels > 0 && channels <= kMaxChannels;
}

// `count` units of 1/`rate` s, to the nearest millisecond; absent for 0 Hz and absurd lengths.
std::optional<std::chrono::milliseconds> duration_of(std::uint64_t count, std::uint64_t rate);
// Sets the duration from the frames and the rate.
void settle_duration(SoundFacts& facts);

// Each takes a whole file that sniff() named so. Tags are off already where they are none of the
// container's business (tags.hpp).
ReadSound read_wave(std::string_view bytes);  // wav, rf64
ReadSound read_aiff(std::string_view bytes);
ReadSound read_flac(std::string_view bytes);
ReadSound read_mpeg(std::string_view bytes);  // mp3
ReadSound read_adts(std::string_view bytes);
ReadSound read_ogg(std::string_view bytes);
ReadSound read_mp4(std::string_view bytes);
ReadSound read_matroska(std::string_view bytes);  // webm, matroska
ReadSound read_amr(std::string_view bytes);

}  // namespace refrain::providers::audio
