// What an entry says of the sound that is its body (cache::Entry::sound), and the name by which a
// link finds it. Written when an answer is kept, read when it is linked to. Pure.
#pragma once

#include "base/digest.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::gateway {

struct KeptSound {
    std::string content_type;
    std::string extension;  // lower-case letters and digits
    std::chrono::milliseconds duration{0};

    // "mp3 1234 audio/mpeg"
    std::string to_text() const;
    static std::optional<KeptSound> from_text(std::string_view text);
};

// "audio:<hex>", the same for everyone: who knows the digest of some audio knows the audio.
std::string audio_name(const Digest& digest);

}  // namespace refrain::gateway
