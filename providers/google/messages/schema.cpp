#include "providers/google/messages/gemini.hpp"

#include <array>

namespace refrain::providers::google {

namespace {

constexpr std::array kTypes{
    EnumValue{"TYPE_UNSPECIFIED", 0},
    EnumValue{"STRING", 1},
    EnumValue{"NUMBER", 2},
    EnumValue{"INTEGER", 3},
    EnumValue{"BOOLEAN", 4},
    EnumValue{"ARRAY", 5},
    EnumValue{"OBJECT", 6},
    EnumValue{"NULL", 7},
};

constexpr std::array kSchemaFields{
    choice("type", kTypes),
    text("format"),
    text("title"),
    text("description"),
    boolean("nullable"),
    text("enum").repeated(),
    message("items", kSchema),
    integer("maxItems"),
    integer("minItems"),
    map("properties", kSchema).ordered(),
    text("required").repeated(),
    text("propertyOrdering").repeated(),
    integer("minProperties"),
    integer("maxProperties"),
    integer("minLength"),
    integer("maxLength"),
    text("pattern"),
    number("minimum").optional(),
    number("maximum").optional(),
    free_json("example"),
    free_json("default"),
    message("anyOf", kSchema).repeated(),
};

}  // namespace

constinit const Message kSchema{kSchemaFields};

}  // namespace refrain::providers::google
