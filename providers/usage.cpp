#include "providers/usage.hpp"

#include "providers/json.hpp"
#include "providers/object_text.hpp"

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
    Count{"cached_audio_input_tokens", &Usage::cached_audio_input_tokens},
    Count{"cached_image_input_tokens", &Usage::cached_image_input_tokens},
    Count{"cache_write_tokens", &Usage::cache_write_tokens},
    Count{"cache_write_12h_tokens", &Usage::cache_write_12h_tokens},
    Count{"audio_input_tokens", &Usage::audio_input_tokens},
    Count{"image_input_tokens", &Usage::image_input_tokens},
    Count{"video_input_tokens", &Usage::video_input_tokens},
    Count{"output_tokens", &Usage::output_tokens},
    Count{"reasoning_tokens", &Usage::reasoning_tokens},
    Count{"audio_output_tokens", &Usage::audio_output_tokens},
    Count{"image_output_tokens", &Usage::image_output_tokens},
    Count{"characters", &Usage::characters},
    Count{"audio_milliseconds", &Usage::audio_milliseconds},
    Count{"images", &Usage::images},
};

struct Word {
    const char* name;
    std::string Usage::*member;
};

constexpr std::array kWords{
    Word{"image_kind", &Usage::image_kind},
    Word{"service_tier", &Usage::service_tier},
    Word{"model", &Usage::model},
};

}  // namespace

std::string Usage::to_json() const {
    ObjectText object;
    for (const Count& count : kCounts) {
        if (this->*count.member != 0) object.add(count.name, this->*count.member);
    }
    for (const Word& word : kWords) {
        if (!(this->*word.member).empty()) object.add(word.name, this->*word.member);
    }
    return object.take();
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
    for (const Word& word : kWords) {
        const auto found = object->find(word.name);
        if (found == object->end()) continue;
        if (!found->is_string()) return std::nullopt;
        usage.*word.member = found->get<std::string>();
    }
    return usage;
}

}  // namespace refrain::providers
