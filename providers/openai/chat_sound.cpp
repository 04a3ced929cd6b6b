#include "providers/openai/chat_sound.hpp"

#include "providers/audio/file_type.hpp"
#include "providers/audio/sound.hpp"
#include "providers/audio/wav.hpp"
#include "providers/byte_scan.hpp"
#include "providers/embedded_sound.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace refrain::providers::openai {

namespace {

// Of format "pcm16".
constexpr int kPcmRate = 24'000;
constexpr int kPcmBits = 16;

std::vector<std::string_view> spoken_pieces(const Json& answer) {
    std::vector<std::string_view> pieces;
    const Json* choices = find_set(answer, "choices");
    if (choices == nullptr || !choices->is_array()) return pieces;
    for (const Json& choice : *choices) {
        const Json* message = find_set(choice, "message");
        const Json* audio = message != nullptr ? find_set(*message, "audio") : nullptr;
        if (audio != nullptr) pieces.push_back(string_of(*audio, "data"));
    }
    return pieces;
}

std::string missing_header(std::string_view sound) {
    if (audio::inspect(sound).container != audio::Container::unknown) return "";
    return audio::wav_header(static_cast<std::uint32_t>(sound.size()), kPcmRate, 1, kPcmBits);
}

}  // namespace

std::optional<Packed> pack_chat(const Answer& answer) {
    if (answer.form != kJson) return std::nullopt;
    // Most answers have none, and are not worth reading again.
    const bool may_speak = contains(answer.body, "\"audio\"");
    if (!may_speak) return std::nullopt;
    const auto whole = object_of(answer.body);
    if (!whole) return std::nullopt;
    const auto pieces = spoken_pieces(*whole);
    if (pieces.size() != 1) return std::nullopt;
    auto apart = take_sound_out(answer.body, "data", pieces);
    if (!apart) return std::nullopt;
    std::string header = missing_header(apart->sound);
    return std::move(*apart).packed(answer.form, std::move(header));
}

std::optional<Sound> chat_sound(const Answer& answer) {
    if (!is_packed(answer.form)) return std::nullopt;
    const auto facts = audio::inspect(answer.body);
    const audio::FileType type = audio::file_type(facts.container);
    return Sound{std::string(type.content_type),
                 std::string(type.extension),
                 "",
                 facts.duration.value_or(std::chrono::milliseconds(0))};
}

}  // namespace refrain::providers::openai
