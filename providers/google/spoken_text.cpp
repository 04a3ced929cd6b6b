#include "providers/google/spoken_text.hpp"

#include "providers/answer_members.hpp"
#include "providers/prompt_text.hpp"

#include <algorithm>

namespace refrain::providers::google {

namespace {

std::int64_t code_points(std::string_view text) {
    return static_cast<std::int64_t>(count_characters(text));
}

bool is_mark(std::string_view tag) {
    tag.remove_prefix(tag.starts_with("</") ? 2 : 1);
    constexpr std::string_view kName = "mark";
    if (!tag.starts_with(kName) || tag.size() == kName.size()) return false;
    return std::string_view(" \t\r\n/>").find(tag[kName.size()]) != std::string_view::npos;
}

std::int64_t characters_of_ssml(std::string_view ssml) {
    std::int64_t characters = 0;
    while (!ssml.empty()) {
        const std::size_t open = std::min(ssml.find('<'), ssml.size());
        characters += code_points(ssml.substr(0, open));
        ssml.remove_prefix(open);
        const std::size_t close = ssml.find('>');
        const std::string_view tag = ssml.substr(0, close == ssml.npos ? ssml.size() : close + 1);
        if (!tag.empty() && !is_mark(tag)) characters += code_points(tag);
        ssml.remove_prefix(tag.size());
    }
    return characters;
}

std::int64_t characters_of_turns(const Json& input) {
    const Json* markup = find_set(input, "multiSpeakerMarkup");
    const Json* turns = markup != nullptr ? find_set(*markup, "turns") : nullptr;
    if (turns == nullptr || !turns->is_array()) return 0;
    std::int64_t characters = 0;
    for (const Json& turn : *turns)
        characters += code_points(string_of(turn, "text"));
    return characters;
}

}  // namespace

std::int64_t characters_in(const Json& input) {
    return code_points(string_of(input, "text")) + code_points(string_of(input, "markup")) +
           characters_of_ssml(string_of(input, "ssml")) + characters_of_turns(input);
}

std::string voice_family(std::string_view voice_name) {
    // Language and country in front, the speaker behind.
    const auto language = voice_name.find('-');
    if (language == voice_name.npos) return "";
    const auto country = voice_name.find('-', language + 1);
    const auto speaker = voice_name.rfind('-');
    if (country == voice_name.npos || speaker <= country) return "";
    return std::string(voice_name.substr(country + 1, speaker - country - 1));
}

}  // namespace refrain::providers::google
