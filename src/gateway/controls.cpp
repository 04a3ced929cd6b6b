#include "gateway/controls.hpp"

#include "base/duration.hpp"

namespace refrain::gateway {

namespace {

constexpr std::size_t kMaxTags = 32;
constexpr std::size_t kMaxWord = 256;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

tl::unexpected<Error> bad(std::string_view name, std::string_view value, std::string_view fix) {
    std::string message(name);
    message.append(": \"").append(value.substr(0, 80)).append("\" ").append(fix);
    return failure(ErrorCode::malformed, Origin::client, std::move(message));
}

}  // namespace

Result<bool> read_deliver(std::string_view name, std::string_view value) {
    if (value == "url") return true;
    if (value == "inline") return false;
    return bad(name, value, "is unknown; write url or inline");
}

Result<Controls> read_controls(const http::Fields& fields) {
    Controls controls;
    for (const auto& [name, value] : fields) {
        if (http::equal_ignoring_case(name, "cache-control")) controls.cache_control.read(value);
    }
    if (const auto value = fields.find("x-refrain-ttl")) {
        controls.ttl = parse_duration(trimmed(*value));
        if (!controls.ttl) {
            return bad(
                "X-Refrain-TTL", *value, "is no duration; write 30s, 10m, 24h, 7d or forever");
        }
    }
    for (const auto& [name, value] : fields) {
        if (!http::equal_ignoring_case(name, "x-refrain-tags")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            const std::string_view tag = trimmed(rest.substr(0, comma));
            if (tag.size() > kMaxWord || controls.tags.size() >= kMaxTags) {
                return bad("X-Refrain-Tags", value, "is too much; at most 32 tags of 256 bytes");
            }
            if (!tag.empty()) controls.tags.emplace_back(tag);
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        }
    }
    if (const auto value = fields.find("x-refrain-variant")) {
        if (value->size() > kMaxWord) return bad("X-Refrain-Variant", *value, "is over 256 bytes");
        controls.variant = *value;
    }
    if (const auto value = fields.find("x-refrain-replay")) {
        if (*value != "instant" && *value != "paced") {
            return bad("X-Refrain-Replay", *value, "is unknown; write instant or paced");
        }
        controls.paced = *value == "paced";
    }
    if (const auto value = fields.find("x-refrain-deliver")) {
        const auto wants_link = read_deliver("X-Refrain-Deliver", *value);
        if (!wants_link) return failure(wants_link.error());
        controls.wants_link = *wants_link;
    }
    return controls;
}

}  // namespace refrain::gateway
