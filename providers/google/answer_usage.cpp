#include "providers/google/answer_usage.hpp"

#include "providers/answer_members.hpp"

#include <cctype>

namespace refrain::providers::google {

namespace {

// The tokens of one modality: [{"modality": "AUDIO", "tokenCount": 25}]. Its number where the
// caller asked for those.
std::int64_t tokens_of(const Json& metadata,
                       std::string_view list_name,
                       std::string_view modality,
                       int number) {
    const Json* list = find_set(metadata, list_name);
    if (list == nullptr || !list->is_array()) return 0;
    std::int64_t tokens = 0;
    for (const Json& one : *list) {
        const Json* value = find(one, "modality");
        const bool is_it = value != nullptr && (*value == Json(modality) || *value == Json(number));
        if (is_it) tokens += count_at(one, {"tokenCount"});
    }
    return tokens;
}

constexpr int kImage = 2;
constexpr int kAudio = 4;

}  // namespace

Usage token_usage(const Json& answer) {
    Usage usage;
    const Json* metadata = find_set(answer, "usageMetadata");
    if (metadata == nullptr) return usage;
    const auto count = [&](std::string_view name) { return count_at(*metadata, {name}); };
    const auto input = [&](std::string_view modality, int number) {
        return tokens_of(*metadata, "promptTokensDetails", modality, number) +
               tokens_of(*metadata, "promptTokenDetails", modality, number) +
               tokens_of(*metadata, "toolUsePromptTokensDetails", modality, number);
    };
    const auto output = [&](std::string_view modality, int number) {
        return tokens_of(*metadata, "candidatesTokensDetails", modality, number);
    };
    usage.input_tokens = count("promptTokenCount") + count("toolUsePromptTokenCount");
    usage.cached_input_tokens = count("cachedContentTokenCount");
    usage.audio_input_tokens = input("AUDIO", kAudio);
    usage.image_input_tokens = input("IMAGE", kImage);
    usage.reasoning_tokens = count("thoughtsTokenCount");
    usage.output_tokens = count("candidatesTokenCount") + usage.reasoning_tokens;
    usage.audio_output_tokens = output("AUDIO", kAudio);
    usage.image_output_tokens = output("IMAGE", kImage);
    for (const char c : string_of(*metadata, "serviceTier"))
        usage.service_tier.push_back(
            static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    return usage;
}

}  // namespace refrain::providers::google
