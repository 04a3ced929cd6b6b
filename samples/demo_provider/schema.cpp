#include "samples/demo_provider/schema.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace refrain::demo {
namespace {

constexpr std::array kWords = {
    "amber", "birch", "cobalt", "delta", "ember", "fjord", "grove", "harbor", "indigo", "juniper"};
constexpr int kDeepest = 12;  // a recursive schema ends here, with the least it allows

class Sampler {
  public:
    Sampler(const Json& root, Dice& dice) : root_(root), dice_(dice) {}

    Json value(const Json& schema, int depth) {
        if (!schema.is_object()) return {};
        if (const auto ref = schema.find("$ref"); ref != schema.end()) {
            return depth > kDeepest ? Json() : value(resolve(ref->get<std::string>()), depth + 1);
        }
        if (const auto constant = schema.find("const"); constant != schema.end()) return *constant;
        if (const auto choices = schema.find("enum");
            choices != schema.end() && !choices->empty()) {
            return choices->at(dice_.below(choices->size()));
        }
        for (const char* name : {"anyOf", "oneOf", "allOf"}) {
            const auto options = schema.find(name);
            if (options == schema.end() || options->empty()) continue;
            // The last one is usually the way out of a recursion ({"type":"null"}).
            return value(depth > kDeepest ? options->back() : options->front(), depth + 1);
        }
        return typed(schema, type_of(schema), depth);
    }

  private:
    static std::string type_of(const Json& schema) {
        const Json type = field_or_null(schema, "type");
        if (type.is_string()) return type.get<std::string>();
        if (type.is_array() && !type.empty()) return type.front().get<std::string>();
        if (schema.contains("properties")) return "object";
        return schema.contains("items") ? "array" : "string";
    }

    Json resolve(const std::string& reference) const {
        if (!reference.starts_with('#')) return {};
        const Json::json_pointer pointer(reference.substr(1));
        return root_.contains(pointer) ? root_.at(pointer) : Json();
    }

    Json typed(const Json& schema, const std::string& type, int depth) {
        if (type == "object") return object(schema, depth);
        if (type == "array") return array(schema, depth);
        if (type == "boolean") return dice_.below(2) == 1;
        if (type == "integer") return static_cast<std::int64_t>(number(schema));
        if (type == "number") return number(schema) + (schema.contains("maximum") ? 0.0 : 0.5);
        if (type == "null") return nullptr;
        return text(schema);
    }

    Json object(const Json& schema, int depth) {
        Json result = Json::object();
        const Json properties = field_or_null(schema, "properties");
        const Json required = field_or_null(schema, "required");
        for (const auto& [name, property] : properties.items()) {
            const bool is_required =
                required.is_array() &&
                std::find(required.begin(), required.end(), name) != required.end();
            if (depth > kDeepest && !is_required) continue;
            result[name] = value(property, depth + 1);
        }
        return result;
    }

    Json array(const Json& schema, int depth) {
        const auto least = field_or<std::size_t>(schema, "minItems", depth > kDeepest ? 0 : 1);
        const auto most = field_or<std::size_t>(schema, "maxItems", least + 1);
        const std::size_t count = depth > kDeepest ? least : std::min(least + dice_.below(2), most);
        Json result = Json::array();
        for (std::size_t i = 0; i < count; ++i) {
            result.push_back(value(field_or_null(schema, "items"), depth + 1));
        }
        return result;
    }

    double number(const Json& schema) {
        const auto least = field_or<double>(
            schema, "minimum", field_or<double>(schema, "exclusiveMinimum", 0) + 1);
        const auto most = field_or<double>(schema, "maximum", least + 99);
        const auto span = static_cast<std::size_t>(std::clamp(most - least, 0.0, 1000.0)) + 1;
        return least + static_cast<double>(dice_.below(span));
    }

    Json text(const Json& schema) {
        const auto format = field_or<std::string>(schema, "format", "");
        const std::string word = kWords[dice_.below(kWords.size())];
        const std::string day = std::to_string(10 + dice_.below(18));
        if (format == "date") return "2026-11-" + day;
        if (format == "date-time") return "2026-11-" + day + "T10:00:00Z";
        if (format == "time") return day + ":30:00";
        if (format == "email") return word + "@example.com";
        if (format == "uri") return "https://example.com/" + word;
        if (format == "uuid") return "00000000-0000-4000-8000-0000000000" + day;
        std::string result = word;
        while (result.size() < field_or<std::size_t>(schema, "minLength", 0))
            result += " " + word;
        return shorten(result, field_or<std::size_t>(schema, "maxLength", result.size()));
    }

    const Json& root_;
    Dice& dice_;
};

}  // namespace

Json sample_of(const Json& schema, Dice& dice) {
    return Sampler(schema, dice).value(schema, 0);
}

}  // namespace refrain::demo
