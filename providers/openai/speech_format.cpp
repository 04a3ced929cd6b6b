#include "providers/openai/speech_format.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <array>

namespace refrain::providers::openai {

namespace {

using audio::Container;

constexpr std::array kFormats{
    SpeechFormat{"mp3", "audio/mpeg", Container::mp3},
    SpeechFormat{"opus", "audio/ogg", Container::ogg},  // RFC 7845 9
    SpeechFormat{"aac", "audio/aac", Container::adts},
    SpeechFormat{"flac", "audio/flac", Container::flac},
    SpeechFormat{"wav", "audio/wav", Container::wav},
    SpeechFormat{"pcm", "audio/pcm", Container::unknown},
};

}  // namespace

const SpeechFormat* speech_format(std::string_view name) noexcept {
    const auto* found = std::find_if(kFormats.begin(), kFormats.end(), [name](const auto& format) {
        return format.name == name;
    });
    return found == kFormats.end() ? nullptr : found;
}

SpeechForm parse_speech_form(std::string_view form) noexcept {
    const auto semicolon = std::min(form.find(';'), form.size() - 1);
    const auto* format = speech_format(form.substr(semicolon + 1));
    REFRAIN_CHECK(format != nullptr, "a form of speech names its format");
    return {form.substr(0, semicolon), *format};
}

std::string speech_form(std::string_view shape, const SpeechFormat& format) {
    return std::string(shape).append(";").append(format.name);
}

}  // namespace refrain::providers::openai
