// The words of each choice, in the order the documentation lists them. Pure and thread-safe.
#pragma once

#include "config/config.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::config {

template <class Enum>
struct Word {
    Enum value;
    std::string_view text;
};

inline constexpr std::array kModes{
    Word<Mode>{Mode::memoize, "memoize"},
    Word<Mode>{Mode::observe, "observe"},
    Word<Mode>{Mode::refresh, "refresh"},
    Word<Mode>{Mode::replay, "replay"},
    Word<Mode>{Mode::off, "off"},
};
inline constexpr std::array kScopes{
    Word<Scope>{Scope::automatic, "automatic"},
    Word<Scope>{Scope::credential, "credential"},
    Word<Scope>{Scope::tenant, "tenant"},
    Word<Scope>{Scope::shared, "shared"},
};
inline constexpr std::array kNormalizes{
    Word<Normalize>{Normalize::exact, "exact"},
    Word<Normalize>{Normalize::standard, "standard"},
    Word<Normalize>{Normalize::relaxed, "relaxed"},
};
inline constexpr std::array kCompressions{
    Word<Compression>{Compression::none, "none"},
    Word<Compression>{Compression::zstd, "zstd"},
};
inline constexpr std::array kAudioIdentities{
    Word<AudioIdentity>{AudioIdentity::sound, "sound"},
    Word<AudioIdentity>{AudioIdentity::bytes, "bytes"},
};
inline constexpr std::array kLogLevels{
    Word<LogLevel>{LogLevel::trace, "trace"},
    Word<LogLevel>{LogLevel::debug, "debug"},
    Word<LogLevel>{LogLevel::info, "info"},
    Word<LogLevel>{LogLevel::warn, "warn"},
    Word<LogLevel>{LogLevel::error, "error"},
    Word<LogLevel>{LogLevel::off, "off"},
};
inline constexpr std::array kUpstreamKinds{
    Word<UpstreamKind>{UpstreamKind::openai, "openai"},
    Word<UpstreamKind>{UpstreamKind::gemini, "gemini"},
    Word<UpstreamKind>{UpstreamKind::google_tts, "google_tts"},
    Word<UpstreamKind>{UpstreamKind::google_stt, "google_stt"},
};

template <class Enum, std::size_t N>
constexpr std::string_view word_of(const std::array<Word<Enum>, N>& words, Enum value) noexcept {
    for (const auto& word : words) {
        if (word.value == value) return word.text;
    }
    return {};
}

template <class Enum, std::size_t N>
std::optional<Enum> find_word(const std::array<Word<Enum>, N>& words, std::string_view text) {
    for (const auto& word : words) {
        if (word.text == text) return word.value;
    }
    return std::nullopt;
}

// "memoize, observe or off"
template <class Enum, std::size_t N>
std::string listed(const std::array<Word<Enum>, N>& words) {
    std::string out(words[0].text);
    for (std::size_t i = 1; i < N; ++i) {
        out += i + 1 == N ? " or " : ", ";
        out += words[i].text;
    }
    return out;
}

}  // namespace refrain::config
