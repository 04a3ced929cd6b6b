#include "control/entries.hpp"

#include "base/duration.hpp"
#include "http/target.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace refrain::control {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxLimit = 1'000;
constexpr std::size_t kTextBytes = 16 * 1024;

tl::unexpected<Error> wrong(std::string sentence) {
    return failure(ErrorCode::malformed, Origin::client, std::move(sentence));
}

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The member of a selector that a parameter sets; null if there is none of that name.
std::string* text_of(cache::Selector& selector, std::string_view name) {
    if (name == "model") return &selector.model;
    if (name == "operation") return &selector.operation;
    if (name == "voice") return &selector.voice;
    if (name == "tenant") return &selector.tenant;
    if (name == "pattern") return &selector.pattern;
    return nullptr;
}

Result<std::size_t> read_limit(std::string_view text) {
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || limit == 0 || limit > kMaxLimit) {
        return wrong("limit must be a whole number from 1 to " + std::to_string(kMaxLimit));
    }
    return limit;
}

bool is_sound(std::string_view content_type) {
    return content_type.starts_with("audio/");
}

bool is_text(std::string_view content_type) {
    return content_type.starts_with("text/") ||
           content_type.find("json") != std::string_view::npos ||
           content_type.starts_with("application/x-subrip");
}

Json parsed(const std::string& text) {
    auto json = Json::parse(text, nullptr, false);
    return json.is_discarded() ? Json::object() : json;
}

Json facts_of(const cache::Entry& entry) {
    Json json;
    json["key"] = entry.key.hex();
    json["operation"] = entry.operation;
    json["provider"] = entry.provider;
    json["model"] = entry.model;
    json["voice"] = entry.voice;
    json["tenant"] = entry.tenant;
    json["tags"] = entry.tags;
    json["created"] = entry.created.rfc3339();
    json["expires"] = entry.expires.is_forever() ? Json() : Json(entry.expires.rfc3339());
    json["content_type"] = entry.content_type;
    json["bytes"] = entry.body_bytes();
    json["latency_ms"] = entry.latency.count();
    json["usage"] = parsed(entry.usage);
    const auto price = parsed(entry.price);
    const auto cost = price.find("usd");
    json["cost_usd"] = cost != price.end() ? *cost : Json();
    json["audio"] = is_sound(entry.content_type) || !entry.sound.empty();
    return json;
}

Result<void> read_member(InvalidateOrder& order,
                         const std::string& name,
                         const Json& value,
                         WallTime now) {
    if (name == "all" || name == "dry_run") {
        if (!value.is_boolean()) return wrong("\"" + name + "\" must be true or false");
        if (name == "dry_run") order.dry_run = value.get<bool>();
        return {};
    }
    if (name == "tags") {
        if (!value.is_array()) return wrong("\"tags\" must be an array of strings");
        for (const auto& tag : value) {
            if (!tag.is_string()) return wrong("\"tags\" must be an array of strings");
            order.selector.tags.push_back(tag.get<std::string>());
        }
        return {};
    }
    if (!value.is_string()) return wrong("\"" + name + "\" must be a string");
    const auto text = value.get<std::string>();
    if (name == "older_than") {
        if (text.empty()) return {};
        const auto age = parse_duration(text);
        if (!age || age->count() <= 0) {
            return wrong("\"older_than\" must be a duration such as 24h or 7d");
        }
        order.before = {now.ms - age->count()};
        return {};
    }
    auto* member = text_of(order.selector, name);
    if (member == nullptr) {
        return wrong("\"" + name +
                     "\" is no member of an invalidation: it has tags, model, "
                     "operation, voice, tenant, pattern, older_than, all, dry_run");
    }
    *member = text;
    return {};
}

}  // namespace

Result<EntriesQuestion> read_entries_question(std::string_view query) {
    EntriesQuestion question;
    for (auto& [name, value] : http::parse_query(query)) {
        if (value.empty()) continue;
        if (name == "limit") {
            const auto limit = read_limit(value);
            if (!limit) return failure(limit.error());
            question.limit = *limit;
        } else if (name == "cursor") {
            const auto after = cache::Key::from_hex(value);
            if (!after) return wrong("cursor must be the next_cursor of an earlier answer");
            question.after = *after;
        } else if (name == "tag") {
            question.selector.tags.push_back(std::move(value));
        } else if (auto* member = text_of(question.selector, name)) {
            *member = std::move(value);
        } else {
            return wrong(
                "entries have limit, cursor, model, operation, voice, tenant, tag and "
                "pattern to ask by, not " +
                name);
        }
    }
    return question;
}

Result<std::string> entries_json(cache::TieredCache& cache, const EntriesQuestion& question) {
    Json entries = Json::array();
    Json next;
    cache::Key last;
    const auto scanned = cache.scan(question.after, [&](const cache::Entry& entry) {
        if (!question.selector.matches(entry)) return true;
        if (entries.size() == question.limit) {
            next = last.hex();
            return false;
        }
        entries.push_back(facts_of(entry));
        last = entry.key;
        return true;
    });
    if (!scanned) return failure(scanned.error());
    return dump({{"entries", std::move(entries)}, {"next_cursor", std::move(next)}});
}

std::string entry_json(const cache::Entry& entry, const std::string& request) {
    Json json = facts_of(entry);
    json["status"] = entry.status;
    json["form"] = entry.form;
    json["body_digest"] = entry.body_digest.hex();
    json["names"] = entry.names;
    json["text"] = Json();
    if (entry.body && is_text(entry.content_type)) {
        json["text"] = std::string(entry.body->view().substr(0, kTextBytes));
    }
    json["request"] = request.empty() ? Json() : Json(request);
    return dump(json);
}

std::string body_type(const cache::Entry& entry) {
    if (is_sound(entry.content_type)) return entry.content_type;
    if (const auto slash = entry.sound.rfind(' '); slash != std::string::npos) {
        return entry.sound.substr(slash + 1);  // "mp3 1234 audio/mpeg"
    }
    return is_text(entry.content_type) ? "text/plain; charset=utf-8" : "application/octet-stream";
}

Result<InvalidateOrder> read_invalidate_order(std::string_view body, WallTime now) {
    const auto json = Json::parse(body, nullptr, false);
    if (!json.is_object()) return wrong("send a JSON object that says what to invalidate");
    InvalidateOrder order;
    // What is being kept in this very millisecond was born before, too.
    order.before = {now.ms + 1};
    for (const auto& [name, value] : json.items()) {
        const auto read = read_member(order, name, value, now);
        if (!read) return failure(read.error());
    }
    const bool all = json.contains("all") && json["all"] == true;
    // A JSON text that is empty, which its own empty() does not tell.
    // NOLINTNEXTLINE(readability-container-size-empty)
    const bool aged = json.contains("older_than") && json["older_than"] != "";
    if (order.selector.is_empty() && !all && !aged) {
        return wrong(
            "nothing is selected: name tags, a model, an operation, a voice, a tenant, a "
            "pattern or an age, or send \"all\": true");
    }
    return order;
}

Result<std::string> invalidate(cache::TieredCache& cache, const InvalidateOrder& order) {
    std::uint64_t matched = 0;
    const auto counted = cache.scan(cache::Key{}, [&](const cache::Entry& entry) {
        if (entry.created < order.before && order.selector.matches(entry)) ++matched;
        return true;
    });
    if (!order.dry_run) {
        const auto done = cache.invalidate(order.selector, order.before);
        if (!done) return failure(done.error());
    }
    if (!counted) return failure(counted.error());
    return dump({{"matched", matched}});
}

}  // namespace refrain::control
