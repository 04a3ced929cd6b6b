#include "providers/usage.hpp"

#include "providers/json.hpp"

#include <array>

namespace refrain::providers {

namespace {

struct Count {
    const char* name;
    std::int64_t Usage::*member;
};

constexpr std::array kCounts{
    Count{"input_tokens", &Usage::input_tokens},
    Count{"cached_input_tokens", &Usage::cached_input_tokens},
    Count{"cache_write_tokens", &Usage::cache_write_tokens},
    Count{"audio_input_tokens", &Usage::audio_input_tokens},
    Count{"image_input_tokens", &Usage::image_input_tokens},
    Count{"output_tokens", &Usage::output_tokens},
    Count{"reasoning_tokens", &Usage::reasoning_tokens},
    Count{"audio_output_tokens", &Usage::audio_output_tokens},
    Count{"image_output_tokens", &Usage::image_output_tokens},
    Count{"characters", &Usage::characters},
    Count{"audio_milliseconds", &Usage::audio_milliseconds},
};
constexpr const char* kTier = "service_tier";

}  // namespace

std::string Usage::to_json() const {
    Json object = Json::object();
    for (const Count& count : kCounts) {
        if (this->*count.member != 0) object[count.name] = this->*count.member;
    }
    if (!service_tier.empty()) object[kTier] = service_tier;
    return ordered_json_text(object);
}

std::optional<Usage> Usage::from_json(std::string_view text) {
    const auto object = parse_json(text);
    if (!object || !object->is_object()) return std::nullopt;
    Usage usage;
    for (const Count& count : kCounts) {
        const auto found = object->find(count.name);
        if (found == object->end()) continue;
        if (!found->is_number_integer()) return std::nullopt;
        usage.*count.member = found->get<std::int64_t>();
    }
    if (const auto tier = object->find(kTier); tier != object->end()) {
        if (!tier->is_string()) return std::nullopt;
        usage.service_tier = tier->get<std::string>();
    }
    return usage;
}

}  // namespace refrain::providers
