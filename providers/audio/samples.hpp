// The digest of decoded samples: their values, however they are stored. 16 bits, the same in 24, in
// floating point or in FLAC are one sound. Pure; decodes block by block through libsndfile.
#pragma once

#include "base/digest.hpp"
#include "providers/audio/containers.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace refrain::providers::audio {

struct DecodedSound {
    Digest digest;
    std::int64_t frames = 0;
};

// Absent if the library refuses it.
std::optional<DecodedSound> digest_of_pcm(const Pcm& pcm);

// Absent if any of it is broken, if it is not what its header says (`facts`), or if it unfolds
// into more samples than max_flac_samples().
std::optional<DecodedSound> digest_of_flac(std::string_view flac, const SoundFacts& facts);

// Samples of all channels that a FLAC stream this long may unfold into. Recordings hold 1 to 4 in a
// byte; a bomb of silence, thousands.
std::int64_t max_flac_samples(std::size_t bytes) noexcept;

}  // namespace refrain::providers::audio
