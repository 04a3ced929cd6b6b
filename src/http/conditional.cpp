#include "http/conditional.hpp"

#include "http/characters.hpp"
#include "http/date.hpp"

#include <optional>

namespace refrain::http {

namespace {

enum class Comparison { strong, weak };

// Takes one entity-tag off a list (RFC 9110 8.8.3); absent at its end, or where it is malformed.
struct EntityTag {
    std::string_view opaque;  // with its quotes
    bool weak = false;
};
std::optional<EntityTag> take_tag(std::string_view& list) {
    while (!list.empty() && (list.front() == ',' || list.front() == ' ' || list.front() == '\t'))
        list.remove_prefix(1);
    EntityTag tag;
    tag.weak = list.starts_with("W/");
    if (tag.weak) list.remove_prefix(2);
    if (!list.starts_with('"')) return std::nullopt;
    const auto end = list.find('"', 1);
    if (end == list.npos) return std::nullopt;
    tag.opaque = list.substr(0, end + 1);
    list.remove_prefix(end + 1);
    return tag;
}

bool list_matches(std::string_view list, std::string_view etag, Comparison comparison) {
    if (trim(list) == "*") return true;
    while (const auto tag = take_tag(list)) {
        if (tag->opaque == etag && (comparison == Comparison::weak || !tag->weak)) return true;
    }
    return false;
}

// Over all lines of that field; absent if there is none.
std::optional<bool> any_matches(const Fields& fields,
                                std::string_view name,
                                std::string_view etag,
                                Comparison comparison) {
    std::optional<bool> matches;
    for (const auto& [field, value] : fields) {
        if (!equal_ignoring_case(field, name)) continue;
        matches = matches.value_or(false) || list_matches(value, etag, comparison);
    }
    return matches;
}

// Whether it was modified after the date in that field; absent if there is no such date.
std::optional<bool> modified_since(const Fields& fields, std::string_view name, WallTime modified) {
    const auto text = fields.find(name);
    if (!text) return std::nullopt;
    const auto date = parse_http_date(*text);
    if (!date) return std::nullopt;
    return modified.ms / 1000 > date->ms / 1000;  // a date has no parts of a second
}

}  // namespace

Condition evaluate(const Fields& fields, const Validators& validators) {
    if (const auto match = any_matches(fields, "if-match", validators.etag, Comparison::strong)) {
        if (!*match) return Condition::failed;
    } else if (modified_since(fields, "if-unmodified-since", validators.modified).value_or(false)) {
        return Condition::failed;
    }
    if (const auto match =
            any_matches(fields, "if-none-match", validators.etag, Comparison::weak)) {
        return *match ? Condition::not_modified : Condition::met;
    }
    const auto modified = modified_since(fields, "if-modified-since", validators.modified);
    return modified.value_or(true) ? Condition::met : Condition::not_modified;
}

bool range_counts(const Fields& fields, const Validators& validators) {
    const auto condition = fields.find("if-range");
    if (!condition) return true;
    if (condition->starts_with('"')) return *condition == validators.etag;
    return *condition == http_date(validators.modified).view();  // RFC 9110 13.1.5: exactly
}

}  // namespace refrain::http
