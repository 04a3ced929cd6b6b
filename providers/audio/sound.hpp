// What sound is: which container and codec some bytes are, how long they play, and what makes two
// files the same sound. Bytes in, values out: no I/O, no clock. Stateless, so any thread may call.
//
// A megabyte takes 50 ms of decoding where it is FLAC, 4 where it is WAV and 1 elsewhere: long ones
// not on an event loop.
#pragma once

#include "base/digest.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::providers::audio {

enum class Container {
    unknown,
    wav,
    rf64,  // also BW64: RIFF with 64-bit lengths
    aiff,  // also AIFC
    flac,
    mp3,  // MPEG-1, -2 and -2.5 audio, layers I to III
    ogg,
    mp4,  // M4A, and QuickTime
    webm,
    matroska,
    adts,  // raw AAC
    amr,   // narrow- and wide-band
};
// "unknown", "wav", ... as they stand above.
std::string_view name(Container container) noexcept;

// What the headers say. Whatever they do not say, or say nonsense about, is empty, 0 or absent.
struct SoundFacts {
    Container container = Container::unknown;
    std::string codec;        // "pcm_s16le", "flac", "mp3", "opus", "aac", ...; "" if not known
    int rate = 0;             // Hz
    int channels = 0;         // 0 also where only the codec's own data tells
    std::int64_t frames = 0;  // samples of one channel
    std::optional<std::chrono::milliseconds> duration;  // rounded to the nearest

    bool operator==(const SoundFacts&) const = default;
};

// By content alone. Decodes nothing; walks frames and pages where a container has no total.
SoundFacts inspect(std::string_view bytes);

struct SoundIdentity {
    // samples: the decoded sound. payload: the file without its tags. bytes: all of it, since it is
    // no sound known here, is broken, or was asked for as bytes.
    enum class Kind { samples, payload, bytes };

    Kind kind = Kind::bytes;
    // Digests of different kinds are never equal (docs/formats/sound.md).
    Digest digest;
    SoundFacts facts;
};
std::string_view name(SoundIdentity::Kind kind) noexcept;

enum class IdentityMode { sound, bytes };

SoundIdentity identify_sound(std::string_view bytes, IdentityMode mode);

}  // namespace refrain::providers::audio
