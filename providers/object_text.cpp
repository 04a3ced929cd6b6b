#include "providers/object_text.hpp"

#include "providers/json.hpp"

#include <utility>

namespace refrain::providers {

void ObjectText::begin(std::string_view name) {
    text_ += text_.empty() ? "{\"" : ",\"";
    text_.append(name).append("\":");
}

void ObjectText::add(std::string_view name, std::string_view value) {
    begin(name);
    append_json_string(text_, value);
}

void ObjectText::add(std::string_view name, std::int64_t value) {
    begin(name);
    text_ += std::to_string(value);
}

void ObjectText::add_true(std::string_view name) {
    add_json(name, "true");
}

void ObjectText::add_json(std::string_view name, std::string_view json) {
    begin(name);
    text_ += json;
}

std::string ObjectText::take() {
    text_ += text_.empty() ? "{}" : "}";
    return std::move(text_);
}

}  // namespace refrain::providers
