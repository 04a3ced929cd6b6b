#include "providers/openai/chunk_stream.hpp"

#include "providers/json_splice.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"

#include <algorithm>
#include <array>

namespace refrain::providers::openai {
namespace {

constexpr std::string_view kEndMark = "[DONE]";
constexpr std::size_t kMaxMembers = 256;

// The order OpenAI writes them in.
constexpr std::array<std::string_view, 4> kAfterObject{
    "created", "model", "service_tier", "system_fingerprint"};

bool is_named_by_documents(std::string_view name) {
    return name == "id" || name == "object" || name == "choices" || name == "usage" ||
           name == "moderation" ||
           std::find(kAfterObject.begin(), kAfterObject.end(), name) != kAfterObject.end();
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
    if (!out.empty()) {
        out += ',';
    }
    append_json_string(out, name);
    out.append(":").append(value);
}

}  // namespace

ChunkWriter::ChunkWriter(const Json& whole, const Options& options)
    : whole_(whole), options_(options) {
    const auto copy = [this](std::string_view name) {
        if (const Json* value = find(whole_, name)) {
            append_member(head_, name, ordered_json_text(*value));
        }
    };
    copy("id");
    append_member(head_, "object", '"' + std::string(options_.object) + '"');
    std::for_each(kAfterObject.begin(), kAfterObject.end(), copy);
    for (const auto& [name, value] : whole_.items()) {
        if (!is_named_by_documents(name)) {
            append_member(extra_, name, ordered_json_text(value));
        }
    }
}

void ChunkWriter::add_chunk(std::string_view members) {
    std::string chunk = "{" + head_;
    if (!extra_.empty()) {
        chunk.append(",").append(extra_);
        extra_.clear();
    }
    chunk.append(",").append(members).append("}");
    append_event(stream_, "", chunk);
}

void ChunkWriter::add(const Json& choice) {
    std::string members = R"("choices":[)" + ordered_json_text(choice) + "]";
    if (options_.include_usage) {
        members += R"(,"usage":null)";
    }
    add_chunk(members);
}

std::string ChunkWriter::finish() {
    const auto add_without_choices = [this](std::string_view name) {
        if (const Json* value = find_set(whole_, name)) {
            std::string members = R"("choices":[])";
            append_member(members, name, ordered_json_text(*value));
            add_chunk(members);
        }
    };
    if (options_.include_usage) {
        add_without_choices("usage");
    }
    add_without_choices("moderation");
    append_event(stream_, "", kEndMark);
    return std::move(stream_);
}

Result<std::optional<std::string_view>> ChunkReader::next_text() {
    while (events_.next(event_)) {
        if (done_) {
            return bad_answer("after-end");
        }
        if (event_.data != kEndMark) {
            return std::optional<std::string_view>(event_.data);
        }
        done_ = true;
    }
    if (!events_.is_whole()) {
        return bad_answer("truncated");
    }
    if (!done_) {
        return bad_answer("not-terminated");
    }
    return std::optional<std::string_view>();
}

Result<Json> ChunkReader::parse(std::string_view text) {
    auto chunk = object_of(text);
    if (!chunk) {
        return chunk;
    }
    const Json* choices = find_set(*chunk, "choices");
    if (choices != nullptr && !choices->is_array()) {
        return bad_answer("malformed");
    }
    return chunk;
}

Result<std::optional<Json>> ChunkReader::next() {
    const auto text = next_text();
    if (!text) {
        return failure(text.error());
    }
    if (!*text) {
        return std::optional<Json>();
    }
    auto chunk = parse(**text);
    if (!chunk) {
        return failure(std::move(chunk.error()));
    }
    return std::optional<Json>(std::move(*chunk));
}

Json* slot(Json& object, const std::string& name) {
    const auto found = object.find(name);
    if (found != object.end()) {
        return &*found;
    }
    return object.size() < kMaxMembers ? &object[name] : nullptr;
}

bool keep_last_set(Json& object, const std::string& name, const Json& value) {
    Json* kept = slot(object, name);
    if (kept != nullptr && !value.is_null()) {
        *kept = value;
    }
    return kept != nullptr;
}

bool ChunkMembers::add(const Json& chunk) {
    for (const auto& [name, value] : chunk.items()) {
        if (name != "object" && name != "choices" && name != "obfuscation" &&
            !keep_last_set(seen_, name, value)) {
            return false;
        }
    }
    return true;
}

Json ChunkMembers::whole(std::string_view object, Json choices) const {
    Json whole = Json::object();
    const auto copy = [&](std::string_view name) {
        if (const Json* value = find(seen_, name)) {
            whole[std::string(name)] = *value;
        }
    };
    copy("id");
    whole["object"] = object;
    copy("created");
    copy("model");
    whole["choices"] = std::move(choices);
    if (find_set(seen_, "usage") != nullptr) {
        copy("usage");
    }
    copy("service_tier");
    copy("system_fingerprint");
    for (const auto& [name, value] : seen_.items()) {
        if (name != "usage" && !whole.contains(name)) {
            whole[name] = value;
        }
    }
    return whole;
}

Json usage_members(std::string_view body, std::string_view form) {
    Json found = Json::object();
    // The two members alone are parsed: the rest of an answer is its judge's matter.
    const auto take = [&found](std::string_view text) {
        constexpr std::array<std::string_view, 3> kNames{"error", "usage", "service_tier"};
        const auto values = member_texts(text, kNames);
        if (values[0].value_or("null") != "null") {
            return;
        }
        for (std::size_t i = 1; i < kNames.size(); ++i) {
            auto json = parse_json_as_written(values[i].value_or("null"));
            if (json && !json->is_null()) {
                found[std::string(kNames[i])] = *std::move(json);
            }
        }
    };
    if (!form.starts_with(kSse)) {
        take(body);
        return found;
    }
    // Only the chunks with numbers are parsed: one of many.
    EventReader events(body);
    for (http::SseEvent event; events.next(event);) {
        if (may_have_object(event.data, "usage")) {
            take(event.data);
        }
    }
    return found;
}

}  // namespace refrain::providers::openai
