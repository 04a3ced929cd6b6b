// Protocol buffer messages as data: which fields there are, of what type, and what they mean for
// the key. One table a message (messages/), one reader for all (proto_json.hpp). Constants.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace refrain::providers::google {

// Google's types in JSON: https://protobuf.dev/programming-guides/json.
enum class Kind : std::uint8_t {
    text,
    boolean,
    number,   // float, double
    integer,  // also 64 bits, which JSON writes as text
    enumeration,
    bytes,  // base64
    duration,
    message,
    map,   // names to messages; their order means nothing
    free,  // Struct, Value: any JSON, in which null is data
};

struct EnumValue {
    std::string_view name;
    int number;
};
// The value numbered 0 is what absent means.
using Enumeration = std::span<const EnumValue>;

struct Message;

// Made by the functions below: text("model"), message("config", kConfig).optional() …
struct Field {
    std::string_view name;  // lowerCamelCase; the proto's own name is the same in snake_case
    Kind kind = Kind::free;
    const Message* type = nullptr;
    Enumeration values = {};
    // Canonical JSON of a value that is documented to mean the same as absent.
    std::string_view default_value = {};
    std::string_view refusal = {};  // a request with this field is not memoized, for this reason
    bool is_repeated = false;
    bool is_set = false;         // repeated, and the order means nothing
    bool is_optional = false;    // its zero is not absent: `optional` or a oneof
    bool is_prompt = false;      // text that is normalized
    bool is_spoken = false;      // a prompt that is trimmed as well
    bool is_sound = false;       // bytes that are a recording
    bool is_ordered = false;     // the order of names counts: schemas
    bool is_neutral = false;     // cannot change the answer
    bool is_void_empty = false;  // {} means absent

    constexpr Field repeated() const { return with(&Field::is_repeated); }
    constexpr Field set() const { return repeated().with(&Field::is_set); }
    constexpr Field optional() const { return with(&Field::is_optional); }
    constexpr Field prompt() const { return with(&Field::is_prompt); }
    constexpr Field spoken() const { return prompt().with(&Field::is_spoken); }
    constexpr Field sound() const { return with(&Field::is_sound); }
    constexpr Field ordered() const { return with(&Field::is_ordered); }
    constexpr Field void_if_empty() const { return with(&Field::is_void_empty); }
    constexpr Field defaults_to(std::string_view json) const {
        Field field = *this;
        field.default_value = json;
        return field;
    }

  private:
    constexpr Field with(bool Field::*trait) const {
        Field field = *this;
        field.*trait = true;
        return field;
    }
};

struct Message {
    std::span<const Field> fields;
    // Where an unknown field is a feature nobody here has looked at: its refusal.
    std::string_view unknown_refusal = {};
};

constexpr Field field_of(std::string_view name, Kind kind) {
    Field field;
    field.name = name;
    field.kind = kind;
    return field;
}
constexpr Field text(std::string_view name) {
    return field_of(name, Kind::text);
}
constexpr Field boolean(std::string_view name) {
    return field_of(name, Kind::boolean);
}
constexpr Field number(std::string_view name) {
    return field_of(name, Kind::number);
}
constexpr Field integer(std::string_view name) {
    return field_of(name, Kind::integer);
}
constexpr Field bytes(std::string_view name) {
    return field_of(name, Kind::bytes);
}
constexpr Field duration(std::string_view name) {
    return field_of(name, Kind::duration);
}
constexpr Field free_json(std::string_view name) {
    return field_of(name, Kind::free);
}
constexpr Field choice(std::string_view name, Enumeration values) {
    Field field = field_of(name, Kind::enumeration);
    field.values = values;
    return field;
}
constexpr Field message(std::string_view name, const Message& type) {
    Field field = field_of(name, Kind::message);
    field.type = &type;
    return field;
}
constexpr Field map(std::string_view name, const Message& type) {
    Field field = field_of(name, Kind::map);
    field.type = &type;
    return field;
}
// Whatever it holds, as long as it holds something.
constexpr Field bypassed(std::string_view name, std::string_view reason) {
    Field field = field_of(name, Kind::free);
    field.refusal = reason;
    return field;
}
constexpr Field neutral(std::string_view name) {
    Field field = field_of(name, Kind::free);
    field.is_neutral = true;
    return field;
}

}  // namespace refrain::providers::google
