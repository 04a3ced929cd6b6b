// merge_responses() of answer_stream.hpp.
#include "providers/answer_members.hpp"
#include "providers/google/answer_stream.hpp"

#include <algorithm>

namespace refrain::providers::google {

namespace {

// More than any provider gives, so that adding up stays cheap.
constexpr std::size_t kMaxCandidates = 1024;

bool is_plain_text(const Json& part) {
    const Json* text = find(part, "text");
    if (text == nullptr || !text->is_string()) return false;
    return part.size() == 1 || (part.size() == 2 && find(part, "thought") != nullptr);
}

bool have_equal_thought(const Json& a, const Json& b) {
    const auto flag = [](const Json& part) {
        const Json* thought = find(part, "thought");
        return thought != nullptr && *thought == Json(true);
    };
    return flag(a) == flag(b);
}

// A piece of text continues the last part if that is text of the same kind. Signatures, calls and
// data stand alone: clients send them back.
void append_part(Json& parts, const Json& part) {
    if (!is_plain_text(part)) {
        parts.push_back(part);
        return;
    }
    const std::string_view text = string_of(part, "text");
    if (text.empty()) return;
    if (!parts.empty() && is_plain_text(parts.back()) && have_equal_thought(parts.back(), part)) {
        parts.back()["text"].get_ref<std::string&>().append(text);
    } else {
        parts.push_back(part);
    }
}

void merge_content(Json& content, const Json& piece) {
    if (!piece.is_object()) return;
    for (const auto& [name, value] : piece.get_ref<const Json::object_t&>()) {
        if (name == "parts" && value.is_array()) {
            Json& parts = content[name];
            if (!parts.is_array()) parts = Json::array();
            for (const Json& part : value)
                append_part(parts, part);
        } else if (!content.contains(name)) {
            content[name] = value;
        }
    }
}

// Members that are lists grow; the others are replaced.
void merge_lists(Json& target, const Json& piece) {
    if (!piece.is_object() || !target.is_object()) {
        target = piece;
        return;
    }
    for (const auto& [name, value] : piece.get_ref<const Json::object_t&>()) {
        Json& known = target[name];
        if (known.is_array() && value.is_array()) {
            known.insert(known.end(), value.begin(), value.end());
        } else {
            known = value;
        }
    }
}

void merge_candidate(Json& candidate, const Json& piece) {
    for (const auto& [name, value] : piece.get_ref<const Json::object_t&>()) {
        if (name == "content") {
            Json& content = candidate[name];
            if (!content.is_object()) content = Json::object();
            merge_content(content, value);
        } else if (name == "citationMetadata" || name == "logprobsResult") {
            merge_lists(candidate[name], value);
        } else if (!value.is_null()) {
            candidate[name] = value;
        }
    }
}

std::int64_t index_of(const Json& candidate) {
    return count_at(candidate, {"index"});  // zero is mostly not written
}

void merge_candidates(Json& candidates, const Json& pieces) {
    if (!candidates.is_array()) candidates = Json::array();
    for (const Json& piece : pieces) {
        if (!piece.is_object()) continue;
        const auto known =
            std::find_if(candidates.begin(), candidates.end(), [&](const Json& candidate) {
                return index_of(candidate) == index_of(piece);
            });
        if (known != candidates.end()) {
            merge_candidate(*known, piece);
        } else if (candidates.size() < kMaxCandidates) {
            Json candidate = Json::object();
            merge_candidate(candidate, piece);
            candidates.push_back(std::move(candidate));
        }
    }
}

}  // namespace

Json merge_responses(const std::vector<Json>& responses) {
    if (responses.size() == 1) return responses.front();
    Json whole = Json::object();
    for (const Json& response : responses) {
        for (const auto& [name, value] : response.get_ref<const Json::object_t&>()) {
            if (name == "candidates" && value.is_array()) {
                merge_candidates(whole[name], value);
            } else if (!value.is_null()) {
                whole[name] = value;
            }
        }
    }
    return whole;
}

}  // namespace refrain::providers::google
