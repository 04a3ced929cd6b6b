#include "providers/audio/containers.hpp"

namespace refrain::providers::audio {

int bytes_of(Pcm::Code code) noexcept {
    using enum Pcm::Code;
    switch (code) {
        case u8:
        case s8:
        case mulaw:
        case alaw: return 1;
        case s16: return 2;
        case s24: return 3;
        case s32:
        case f32: return 4;
        case f64: return 8;
    }
    return 1;
}

std::string codec_name(Pcm::Code code, bool big_endian) {
    using enum Pcm::Code;
    const std::string order = big_endian ? "be" : "le";
    switch (code) {
        case u8: return "pcm_u8";
        case s8: return "pcm_s8";
        case mulaw: return "pcm_mulaw";
        case alaw: return "pcm_alaw";
        case s16: return "pcm_s16" + order;
        case s24: return "pcm_s24" + order;
        case s32: return "pcm_s32" + order;
        case f32: return "pcm_f32" + order;
        case f64: return "pcm_f64" + order;
    }
    return "";
}

std::optional<std::chrono::milliseconds> duration_of(std::uint64_t count, std::uint64_t rate) {
    constexpr std::uint64_t kLongest = std::uint64_t{1} << 53;  // so that no product overflows
    if (rate == 0 || count / rate >= kLongest / 1000 || rate >= kLongest) return std::nullopt;
    const std::uint64_t whole = count / rate * 1000;
    const std::uint64_t rest = (count % rate * 1000 + rate / 2) / rate;
    return std::chrono::milliseconds(static_cast<std::int64_t>(whole + rest));
}

void settle_duration(SoundFacts& facts) {
    if (facts.frames <= 0 || facts.rate <= 0) return;
    facts.duration = duration_of(static_cast<std::uint64_t>(facts.frames),
                                 static_cast<std::uint64_t>(facts.rate));
}

}  // namespace refrain::providers::audio
