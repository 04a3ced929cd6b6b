#include "providers/google/proto_json.hpp"

#include "base/digest.hpp"
#include "providers/answer_members.hpp"
#include "providers/audio/sound.hpp"
#include "providers/google/proto_values.hpp"
#include "providers/prompt_text.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace refrain::providers::google {

namespace {

bool is_upper(char c) noexcept {
    return c >= 'A' && c <= 'Z';
}

// Whether `name` is `camel` in snake_case: "topK" is "top_k".
bool is_snake_of(std::string_view name, std::string_view camel) noexcept {
    std::size_t at = 0;
    for (const char c : camel) {
        if (is_upper(c)) {
            if (at >= name.size() || name[at++] != '_') return false;
            if (at >= name.size() || name[at++] != c - 'A' + 'a') return false;
        } else if (at >= name.size() || name[at++] != c) {
            return false;
        }
    }
    return at == name.size();
}

bool is_positive_zero(const Json& value) {
    const auto number = number_value(value);
    return number && *number == 0 && !std::signbit(*number);
}

bool is_zero_enumerator(const Json& value, Enumeration values) {
    if (is_positive_zero(value)) return true;
    if (!value.is_string()) return false;
    return std::any_of(values.begin(), values.end(), [&](const EnumValue& one) {
        return one.number == 0 && one.name == value.get_ref<const std::string&>();
    });
}

bool is_empty_text(const Json& value) {
    return value.is_string() && value.get_ref<const std::string&>().empty();
}

bool is_empty_structure(const Json& value) {
    return value.is_structured() && value.empty();
}

// The type's zero, which without `optional` is the same as absent.
bool is_zero(const Field& field, const Json& value) {
    switch (field.kind) {
        case Kind::text:
        case Kind::bytes: return is_empty_text(value);
        case Kind::boolean: return value.is_boolean() && !value.get<bool>();
        case Kind::number:
        case Kind::integer: return is_positive_zero(value);
        case Kind::enumeration: return is_zero_enumerator(value, field.values);
        case Kind::map: return is_empty_structure(value);
        case Kind::duration:
        case Kind::message:
        case Kind::free: return false;
    }
    return false;
}

bool holds_something(const Json& value) {
    return !is_empty_text(value) && value != Json(false) && !(value.is_array() && value.empty()) &&
           !value.is_null();
}

bool means_absent(const Field& field, const Json& value) {
    if (!field.refusal.empty()) return !holds_something(value);
    if (field.is_repeated) return value.is_array() && value.empty();
    if (field.is_void_empty && value.is_object() && value.empty()) return true;
    if (!field.is_optional && is_zero(field, value)) return true;
    return !field.default_value.empty() && canonical_json(value) == field.default_value;
}

void write_as_is(Json& value) {
    if (value.is_structured()) value = json_written_as(ordered_json_text(value));
}

void sort_elements(Json& array) {
    if (!array.is_array()) return;
    std::vector<std::pair<std::string, Json>> sorted;
    for (Json& element : array)
        sorted.emplace_back(canonical_json(element), std::move(element));
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    array.clear();
    for (auto& [text, element] : sorted)
        array.push_back(std::move(element));
}

}  // namespace

const Field* find_field(const Message& message, std::string_view name) noexcept {
    for (const Field& field : message.fields) {
        if (field.name == name || is_snake_of(name, field.name)) return &field;
    }
    return nullptr;
}

void ProtoReader::refuse(std::string_view reason) {
    if (refusal_.empty()) refusal_ = reason;
}

void ProtoReader::read(Json& value, const Message& type) {
    if (!value.is_object()) return;
    Json::object_t kept;
    kept.reserve(value.size());
    const auto keep = [&](std::string_view name, Json& member) {
        kept.Json::object_t::Container::emplace_back(std::string(name), std::move(member));
    };
    const std::string_view named = string_of(value, "mimeType");
    const std::string media_type(named.empty() ? string_of(value, "mime_type") : named);
    std::vector<const Field*> seen;
    for (auto& [name, member] : value.get_ref<Json::object_t&>()) {
        const Field* field = find_field(type, name);
        if (field == nullptr) {
            if (!type.unknown_refusal.empty()) refuse(type.unknown_refusal);
            write_as_is(member);
            keep(name, member);
            continue;
        }
        // One field in both its spellings: parsers disagree on which one counts.
        if (std::find(seen.begin(), seen.end(), field) != seen.end()) refuse("duplicate-names");
        seen.push_back(field);
        if (member.is_null() && field->kind != Kind::free) continue;
        if (field->is_neutral) {
            left_out_.emplace_back(field->name);
            continue;
        }
        read_field(*field, member, media_type);
        if (means_absent(*field, member)) continue;
        if (!field->refusal.empty()) refuse(field->refusal);
        if (field->is_ordered) write_as_is(member);
        keep(field->name, member);
    }
    value = std::move(kept);
    // The same recording in another file: what it is called says nothing more.
    if (std::exchange(told_by_sound_, false)) value.erase("mimeType");
}

void ProtoReader::read_field(const Field& field, Json& value, std::string_view media_type) {
    const bool has_elements =
        (field.is_repeated && value.is_array()) || (field.kind == Kind::map && value.is_object());
    if (!has_elements) return read_single(field, value, media_type);
    for (Json& element : value)
        read_single(field, element, media_type);
    if (field.is_set) sort_elements(value);
}

void ProtoReader::read_single(const Field& field, Json& value, std::string_view media_type) {
    switch (field.kind) {
        case Kind::text:
            if (value.is_string()) read_text(field, value.get_ref<std::string&>());
            return;
        case Kind::boolean: return;
        case Kind::number: return fold_number(value);
        case Kind::integer: return fold_integer(value);
        case Kind::enumeration:
            if (numbering_ == Numbering::as_in_tables) fold_enumerator(value, field.values);
            return;
        case Kind::bytes: return read_bytes(field, value, media_type);
        case Kind::duration: return fold_duration(value);
        case Kind::message:
        case Kind::map: return read(value, *field.type);
        case Kind::free: return write_as_is(value);
    }
}

// An object in place of a string cannot be mistaken for something a caller wrote there.
void ProtoReader::read_bytes(const Field& field, Json& value, std::string_view media_type) {
    if (!value.is_string()) return;
    const auto decoded = flexible_base64(value.get_ref<const std::string&>());
    if (!decoded || decoded->empty()) return;
    if (!field.is_sound || !(media_type.empty() || media_type.starts_with("audio/"))) {
        value = Json::object({{"sha256", sha256(*decoded).hex()}});
        return;
    }
    const auto identity = audio::identify_sound(*decoded, options_.audio_identity);
    sound_duration_ += identity.facts.duration.value_or(std::chrono::milliseconds(0));
    told_by_sound_ = identity.kind != audio::SoundIdentity::Kind::bytes;
    value = Json::object({{"sound", identity.digest.hex()}});
}

void ProtoReader::read_text(const Field& field, std::string& text) const {
    if (field.is_spoken) {
        normalize_speech(text, options_.normalize);
    } else if (field.is_prompt) {
        normalize_prompt(text, options_.normalize);
    }
}

}  // namespace refrain::providers::google
