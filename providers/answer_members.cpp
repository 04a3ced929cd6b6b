#include "providers/answer_members.hpp"

#include <limits>

namespace refrain::providers {
namespace {

std::string_view media_type(std::string_view content_type) noexcept {
    const auto type = content_type.substr(0, content_type.find(';'));
    const auto last = type.find_last_not_of(" \t");
    return last == std::string_view::npos ? std::string_view() : type.substr(0, last + 1);
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) noexcept {
    if (text.size() != lower.size()) {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char folded = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (folded != lower[i]) {
            return false;
        }
    }
    return true;
}

}  // namespace

tl::unexpected<Error> bad_answer(std::string reason) {
    return failure(ErrorCode::malformed, Origin::upstream, std::move(reason));
}

Verdict refused(std::string_view reason) {
    return Verdict{std::string(reason)};
}

bool is_json_type(std::string_view content_type) noexcept {
    const auto type = media_type(content_type);
    constexpr std::string_view kSuffix = "+json";
    return equals_ignoring_case(type, "application/json") ||
           (type.size() > kSuffix.size() &&
            equals_ignoring_case(type.substr(type.size() - kSuffix.size()), kSuffix));
}

bool is_event_stream_type(std::string_view content_type) noexcept {
    return equals_ignoring_case(media_type(content_type), "text/event-stream");
}

const Json* find(const Json& value, std::string_view name) {
    if (!value.is_object()) {
        return nullptr;
    }
    for (const auto& [key, member] : value.get_ref<const Json::object_t&>()) {
        if (key == name) {
            return &member;
        }
    }
    return nullptr;
}

const Json* find_set(const Json& value, std::string_view name) {
    const Json* member = find(value, name);
    return member == nullptr || member->is_null() ? nullptr : member;
}

std::string_view string_of(const Json& value, std::string_view name) {
    const Json* member = find(value, name);
    return member != nullptr && member->is_string()
               ? std::string_view(member->get_ref<const std::string&>())
               : std::string_view();
}

std::int64_t count_at(const Json& value, std::initializer_list<std::string_view> path) {
    const Json* at = &value;
    for (const auto name : path) {
        at = find(*at, name);
        if (at == nullptr) {
            return 0;
        }
    }
    if (!at->is_number_integer()) {
        return 0;
    }
    const auto number = at->get<std::uint64_t>();
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return number <= kMost ? static_cast<std::int64_t>(number) : 0;
}

}  // namespace refrain::providers
