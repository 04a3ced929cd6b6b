#include "config/config.hpp"

#include "config/words.hpp"

namespace refrain::config {

using std::chrono::hours;

TtlTable default_ttl() {
    constexpr hours kDay{24};
    return {
        {"chat", 7 * kDay},
        {"responses", 7 * kDay},
        {"completions", 7 * kDay},
        {"embeddings", kForever},
        {"speech", 365 * kDay},
        {"transcription", 30 * kDay},
        {"translation", 30 * kDay},
        {"images", 30 * kDay},
        {"moderation", kDay},
        {"generate", 7 * kDay},
        {"count_tokens", kForever},
        {"catalog", hours(1)},
    };
}

Upstreams default_upstreams() {
    const auto preset = [](UpstreamKind kind, const char* base_url, const char* api_key_env) {
        Upstream upstream;
        upstream.kind = kind;
        upstream.base_url = base_url;
        upstream.api_key_env = api_key_env;
        return upstream;
    };
    return {
        {"openai", preset(UpstreamKind::openai, "https://api.openai.com", "OPENAI_API_KEY")},
        {"gemini",
         preset(
             UpstreamKind::gemini, "https://generativelanguage.googleapis.com", "GEMINI_API_KEY")},
        {"google_tts", preset(UpstreamKind::google_tts, "https://texttospeech.googleapis.com", "")},
        {"google_stt", preset(UpstreamKind::google_stt, "https://speech.googleapis.com", "")},
    };
}

std::string_view name(Mode mode) noexcept {
    return word_of(kModes, mode);
}

std::string_view name(Scope scope) noexcept {
    return word_of(kScopes, scope);
}

std::string_view name(Normalize normalize) noexcept {
    return word_of(kNormalizes, normalize);
}

std::string_view name(Compression compression) noexcept {
    return word_of(kCompressions, compression);
}

std::string_view name(AudioIdentity identity) noexcept {
    return word_of(kAudioIdentities, identity);
}

std::string_view name(LogLevel level) noexcept {
    return word_of(kLogLevels, level);
}

std::string_view name(UpstreamKind kind) noexcept {
    return word_of(kUpstreamKinds, kind);
}

}  // namespace refrain::config
