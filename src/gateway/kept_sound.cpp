#include "gateway/kept_sound.hpp"

#include <charconv>

namespace refrain::gateway {

std::string KeptSound::to_text() const {
    return extension + " " + std::to_string(duration.count()) + " " + content_type;
}

std::optional<KeptSound> KeptSound::from_text(std::string_view text) {
    const auto first = text.find(' ');
    if (first == text.npos) return std::nullopt;
    const auto second = text.find(' ', first + 1);
    if (second == text.npos) return std::nullopt;
    KeptSound sound;
    sound.extension = text.substr(0, first);
    sound.content_type = text.substr(second + 1);
    std::int64_t ms = 0;
    const auto read = std::from_chars(text.data() + first + 1, text.data() + second, ms);
    if (read.ec != std::errc() || read.ptr != text.data() + second) return std::nullopt;
    sound.duration = std::chrono::milliseconds(ms);
    return sound;
}

std::string audio_name(const Digest& digest) {
    return "audio:" + digest.hex();
}

}  // namespace refrain::gateway
