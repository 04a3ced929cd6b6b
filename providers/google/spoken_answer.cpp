#include "providers/google/spoken_answer.hpp"

#include "base/text_code.hpp"
#include "providers/answer_members.hpp"
#include "providers/audio/file_type.hpp"
#include "providers/audio/sound.hpp"
#include "providers/audio/wav.hpp"

#include <charconv>

namespace refrain::providers::google {

namespace {

constexpr int kBytesPerSample = 2;
constexpr int kMaxRate = 768'000;
constexpr int kMaxChannels = 64;

void collect_pieces(const Json& candidate, std::vector<const Json*>& pieces) {
    const Json* content = find_set(candidate, "content");
    const Json* parts = content != nullptr ? find_set(*content, "parts") : nullptr;
    if (parts == nullptr || !parts->is_array()) return;
    for (const Json& part : *parts) {
        const Json* blob = find_set(part, "inlineData");
        if (blob == nullptr || !string_of(*blob, "mimeType").starts_with("audio/")) continue;
        pieces.push_back(blob);
    }
}

// Of all responses, in order.
std::vector<const Json*> blobs_of(const std::vector<Json>& responses) {
    std::vector<const Json*> blobs;
    for (const Json& response : responses) {
        const Json* candidates = find_set(response, "candidates");
        if (candidates == nullptr || !candidates->is_array()) continue;
        for (const Json& candidate : *candidates)
            collect_pieces(candidate, blobs);
    }
    return blobs;
}

// The number of a parameter, "rate=24000", or the fallback.
int parameter(std::string_view media_type, std::string_view name, int fallback, int most) {
    const auto at = media_type.find(name);
    if (at == media_type.npos) return fallback;
    const std::string_view digits = media_type.substr(at + name.size());
    int value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return read.ec == std::errc{} && value > 0 && value <= most ? value : fallback;
}

bool is_pcm(std::string_view media_type) {
    return media_type.starts_with("audio/L16") || media_type.starts_with("audio/l16") ||
           media_type.starts_with("audio/pcm");
}

PcmFormat format_of(std::string_view media_type) {
    return {parameter(media_type, "rate=", PcmFormat{}.rate, kMaxRate),
            parameter(media_type, "channels=", PcmFormat{}.channels, kMaxChannels)};
}

std::chrono::milliseconds duration_of_pcm(std::size_t bytes, const PcmFormat& format) {
    const auto per_second = static_cast<std::size_t>(format.rate) *
                            static_cast<std::size_t>(format.channels * kBytesPerSample);
    return std::chrono::milliseconds((bytes * 1000 + per_second / 2) / per_second);
}

}  // namespace

std::chrono::milliseconds Spoken::duration() const {
    if (is_pcm(media_type)) return duration_of_pcm(bytes.size(), format_of(media_type));
    return audio::inspect(bytes).duration.value_or(std::chrono::milliseconds(0));
}

std::string Spoken::missing_header() const {
    return is_pcm(media_type) ? wav_header_for(bytes.size(), format_of(media_type)) : "";
}

std::vector<std::string_view> spoken_pieces(const std::vector<Json>& responses) {
    std::vector<std::string_view> pieces;
    for (const Json* blob : blobs_of(responses))
        pieces.push_back(string_of(*blob, "data"));
    return pieces;
}

std::optional<Spoken> spoken_in(const std::vector<Json>& responses) {
    const auto blobs = blobs_of(responses);
    if (blobs.empty()) return std::nullopt;
    Spoken spoken;
    spoken.media_type = string_of(*blobs.front(), "mimeType");
    for (const Json* blob : blobs) {
        const auto piece = base64_decode(string_of(*blob, "data"));
        if (!piece) return std::nullopt;
        spoken.bytes.append(*piece);
    }
    if (spoken.bytes.empty()) return std::nullopt;
    return spoken;
}

std::string wav_header_for(std::size_t pcm_bytes, const PcmFormat& format) {
    return audio::wav_header(
        static_cast<std::uint32_t>(pcm_bytes), format.rate, format.channels, kBytesPerSample * 8);
}

Sound sound_facts(std::string_view file) {
    const auto facts = audio::inspect(file);
    const audio::FileType type = audio::file_type(facts.container);
    return {std::string(type.content_type),
            std::string(type.extension),
            "",
            facts.duration.value_or(std::chrono::milliseconds(0))};
}

}  // namespace refrain::providers::google
