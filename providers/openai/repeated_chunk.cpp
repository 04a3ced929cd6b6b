#include "providers/openai/repeated_chunk.hpp"

#include "providers/json_reader.hpp"
#include "providers/openai/answer_checks.hpp"

namespace refrain::providers::openai {
namespace {

bool has_escape(std::string_view text) {
    return text.find('\\') != text.npos;
}

// What follows the string that `text` begins with; absent if it is malformed.
std::optional<std::string_view> behind_string(std::string_view text, std::string& value) {
    JsonReader reader(text);
    if (!reader.string(value)) {
        return std::nullopt;
    }
    return reader.rest();
}

// The text around the string that is the value of `name`. Absent where the name may stand twice:
// where it stands once, and no name is written with escapes, that is the member of that name.
struct Around {
    std::string_view before;  // the opening quote included
    std::string_view after;   // behind the closing one
};
std::optional<Around> value_of(const std::string& name, std::string_view text) {
    const std::string quoted = '"' + name + "\":\"";
    const auto at = text.find(quoted);
    if (at == text.npos || text.find(name + '"') != at + 1 ||
        text.find(name + '"', at + quoted.size()) != text.npos) {
        return std::nullopt;
    }
    const auto before = text.substr(0, at + quoted.size());
    std::string value;
    const auto after = behind_string(text.substr(before.size() - 1), value);
    if (!after) {
        return std::nullopt;
    }
    return Around{before, *after};
}

// Whether a choice says no more than where a piece of content goes: {index, delta, finish_reason,
// logprobs}, the last two null, the delta nothing but content.
bool is_content_alone(const Json& choice) {
    if (!choice.is_object()) {
        return false;
    }
    for (const auto& [name, value] : choice.items()) {
        const bool may_be_null = name == "finish_reason" || name == "logprobs";
        if (name != "index" && name != "delta" && !(may_be_null && value.is_null())) {
            return false;
        }
    }
    const Json* delta = find(choice, "delta");
    return delta != nullptr && delta->is_object() && delta->size() == 1 &&
           delta->contains("content");
}

}  // namespace

void RepeatedChunk::remember(std::string_view data, const Json& chunk) {
    known_ = learn(data, chunk);
}

bool RepeatedChunk::learn(std::string_view data, const Json& chunk) {
    const Json* choices = find(chunk, "choices");
    if (choices == nullptr || !choices->is_array() || choices->size() != 1) {
        return false;
    }
    const Json& choice = choices->front();
    const auto index = index_of(choice);
    if (!index || !is_content_alone(choice) || string_of(choice.at("delta"), "content").empty()) {
        return false;
    }
    const auto content = value_of("content", data);
    if (!content) {
        return false;
    }
    before_ = content->before;
    after_ = content->after;
    is_padded_ = find(chunk, "obfuscation") != nullptr;
    if (is_padded_) {
        const auto padding = value_of("obfuscation", after_);
        if (!padding || string_of(chunk, "obfuscation").empty()) {
            return false;
        }
        end_ = padding->after;
        after_ = std::string(padding->before);
    }
    index_ = *index;
    return !has_escape(before_) && !has_escape(after_) && !(is_padded_ && has_escape(end_));
}

bool RepeatedChunk::read(std::string_view data, std::string& content) {
    if (!known_ || !data.starts_with(before_)) {
        return false;
    }
    content.clear();
    auto rest = behind_string(data.substr(before_.size() - 1), content);
    if (!rest || !rest->starts_with(after_)) {
        return false;
    }
    if (!is_padded_) {
        return rest->size() == after_.size();
    }
    std::string padding;
    rest = behind_string(rest->substr(after_.size() - 1), padding);
    return rest && *rest == end_;
}

}  // namespace refrain::providers::openai
