#include "providers/openai/answer_usage.hpp"

#include "providers/openai/answer_checks.hpp"

namespace refrain::providers::openai {
namespace {

struct Names {
    std::string_view input;
    std::string_view input_details;
    std::string_view output;
    std::string_view output_details;
};

constexpr Names kPromptNames{
    "prompt_tokens", "prompt_tokens_details", "completion_tokens", "completion_tokens_details"};
constexpr Names kInputNames{
    "input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details"};

Usage read(const Json& answer, const Names& names) {
    const auto count = [&](std::string_view name) { return count_at(answer, {"usage", name}); };
    const auto input = [&](std::string_view name) {
        return count_at(answer, {"usage", names.input_details, name});
    };
    const auto output = [&](std::string_view name) {
        return count_at(answer, {"usage", names.output_details, name});
    };
    const auto cached = [&](std::string_view name) {
        return count_at(answer, {"usage", names.input_details, "cached_tokens_details", name});
    };
    Usage usage;
    usage.input_tokens = count(names.input);
    usage.cached_input_tokens = input("cached_tokens");
    usage.cached_audio_input_tokens = cached("audio_tokens");
    usage.cached_image_input_tokens = cached("image_tokens");
    usage.cache_write_tokens = input("cache_write_tokens");
    usage.cache_write_12h_tokens = count_at(
        answer, {"usage", names.input_details, "cache_write_tokens_details", "ttl_12h_tokens"});
    usage.audio_input_tokens = input("audio_tokens");
    usage.image_input_tokens = input("image_tokens");
    usage.output_tokens = count(names.output);
    usage.reasoning_tokens = output("reasoning_tokens");
    usage.audio_output_tokens = output("audio_tokens");
    usage.image_output_tokens = output("image_tokens");
    usage.service_tier = string_of(answer, "service_tier");
    return usage;
}

}  // namespace

Usage prompt_usage(const Json& answer) {
    return read(answer, kPromptNames);
}

Usage input_usage(const Json& answer) {
    return read(answer, kInputNames);
}

}  // namespace refrain::providers::openai
