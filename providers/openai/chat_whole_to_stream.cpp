#include "providers/openai/answer_checks.hpp"
#include "providers/openai/chat_stream.hpp"
#include "providers/openai/chunk_stream.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace refrain::providers::openai {
namespace {

bool is_null_or_empty(const Json& value) {
    return value.is_null() || ((value.is_array() || value.is_object()) && value.empty());
}

bool is_non_empty_string(const Json* value) {
    return value != nullptr && value->is_string() && !value->get_ref<const std::string&>().empty();
}

// What of an object goes into one delta: its members but one, which is left empty.
Json with_empty(const Json& object, const char* name) {
    Json result = object;
    result[name] = "";
    return result;
}

// Writes one choice as deltas, in the order OpenAI sends them.
class ChoiceWriter {
  public:
    ChoiceWriter(ChunkWriter& chunks, const Json& choice, std::size_t index)
        : chunks_(chunks), choice_(choice), message_(choice.at("message")), index_(index) {
        if (const Json* logprobs = find_set(choice, "logprobs")) {
            logprobs_ = *logprobs;
        }
    }

    void write() {
        write_role();
        write_unnamed();
        write_text("content");
        write_text("refusal");
        write_tool_calls();
        write_whole("function_call");
        write_audio();
        write_whole("annotations");
        write_end();
    }

  private:
    void add(Json delta) { add(std::move(delta), nullptr); }

    void add(Json delta, Json logprobs) {
        chunks_.add(Json{{"index", index_},
                         {"delta", std::move(delta)},
                         {"logprobs", std::move(logprobs)},
                         {"finish_reason", nullptr}});
    }

    // The members that are null or empty come along here, so that a reader ends up with them.
    void write_role() {
        const Json* role = find_set(message_, "role");
        const Json* content = find_set(message_, "content");
        Json delta{{"role", role != nullptr ? *role : Json("assistant")},
                   {"content", content != nullptr ? Json("") : Json(nullptr)},
                   {"refusal", nullptr}};
        for (const auto& [name, value] : message_.items()) {
            if (!delta.contains(name) && is_null_or_empty(value)) {
                delta[name] = value;
            }
        }
        add(std::move(delta));
    }

    // Members of compatible servers, such as reasoning_content.
    void write_unnamed() {
        static constexpr std::array<std::string_view, 7> kNamed{
            "role", "content", "refusal", "tool_calls", "function_call", "audio", "annotations"};
        Json delta = Json::object();
        for (const auto& [name, value] : message_.items()) {
            if (!is_null_or_empty(value) &&
                std::find(kNamed.begin(), kNamed.end(), name) == kNamed.end()) {
                delta[name] = value;
            }
        }
        if (!delta.empty()) {
            add(std::move(delta));
        }
    }

    // The content or the refusal, with its part of the logprobs.
    void write_text(const char* name) {
        const Json* text = find_set(message_, name);
        if (!is_non_empty_string(text)) {
            return;
        }
        Json logprobs = nullptr;
        if (const Json* part = find_set(logprobs_, name)) {
            logprobs = Json{{"content", nullptr}, {"refusal", nullptr}};
            logprobs[name] = *part;
            logprobs_[name] = nullptr;
            logprobs_sent_ = true;
        }
        add(Json{{name, *text}}, std::move(logprobs));
    }

    void write_tool_calls() {
        const Json* calls = find_set(message_, "tool_calls");
        for (std::size_t i = 0; calls != nullptr && i < calls->size(); ++i) {
            const Json& call = (*calls)[i];
            const bool is_custom = find(call, "custom") != nullptr;
            write_tool_call(
                i, call, is_custom ? "custom" : "function", is_custom ? "input" : "arguments");
        }
    }

    // The call with its argument text empty, then the text.
    void write_tool_call(std::size_t index, const Json& call, const char* kind, const char* field) {
        Json first{{"index", index}};
        first.update(call);
        first["index"] = index;
        const Json* body = find(call, kind);
        const Json* text = body != nullptr ? find(*body, field) : nullptr;
        const bool is_split = is_non_empty_string(text);
        if (is_split) {
            first[kind] = with_empty(*body, field);
        }
        add(Json{{"tool_calls", Json::array({std::move(first)})}});
        if (is_split) {
            add(Json{{"tool_calls",
                      Json::array({Json{{"index", index}, {kind, Json{{field, *text}}}}})}});
        }
    }

    void write_whole(const char* name) {
        const Json* value = find(message_, name);
        if (value != nullptr && !is_null_or_empty(*value)) {
            add(Json{{name, *value}});
        }
    }

    // Identity and transcript, then the sound, then how long it can be referred to.
    void write_audio() {
        const Json* audio = find(message_, "audio");
        if (audio == nullptr || !audio->is_object() || audio->empty()) {
            return;
        }
        Json first = *audio;
        first.erase("data");
        first.erase("expires_at");
        add(Json{{"audio", std::move(first)}});
        for (const char* name : {"data", "expires_at"}) {
            if (const Json* value = find(*audio, name)) {
                add(Json{{"audio", Json{{name, *value}}}});
            }
        }
    }

    // The end, with the logprobs and members of the choice that had no place before.
    void write_end() {
        const bool has_rest =
            !logprobs_.is_null() &&
            (!logprobs_sent_ ||
             std::any_of(logprobs_.begin(), logprobs_.end(), [](auto& v) { return !v.is_null(); }));
        Json last{{"index", index_},
                  {"delta", Json::object()},
                  {"logprobs", has_rest ? std::move(logprobs_) : Json(nullptr)},
                  {"finish_reason", nullptr}};
        for (const auto& [name, value] : choice_.items()) {
            if (name != "index" && name != "message" && name != "logprobs") {
                last[name] = value;
            }
        }
        chunks_.add(last);
    }

    ChunkWriter& chunks_;
    const Json& choice_;
    const Json& message_;
    std::size_t index_;
    Json logprobs_ = nullptr;  // what of it is still to be sent
    bool logprobs_sent_ = false;
};

// Content in parts (some servers give an array) has no stream that SDKs add up to it.
bool is_text_or_absent(const Json* value) {
    return value == nullptr || value->is_string();
}

bool is_well_formed(const Json& choice) {
    const Json* message = find(choice, "message");
    if (message == nullptr || !message->is_object() ||
        !is_text_or_absent(find_set(*message, "content")) ||
        !is_text_or_absent(find_set(*message, "refusal"))) {
        return false;
    }
    const Json* logprobs = find_set(choice, "logprobs");
    const Json* calls = find_set(*message, "tool_calls");
    const auto is_object = [](const Json& call) { return call.is_object(); };
    return (logprobs == nullptr || logprobs->is_object()) &&
           (calls == nullptr ||
            (calls->is_array() && std::all_of(calls->begin(), calls->end(), is_object)));
}

}  // namespace

Result<std::string> chat_whole_to_stream(std::string_view json, bool include_usage) {
    const auto whole = object_of(json);
    if (!whole) {
        return failure(whole.error());
    }
    const Json* choices = find(*whole, "choices");
    if (choices == nullptr || !choices->is_array() ||
        !std::all_of(choices->begin(), choices->end(), is_well_formed)) {
        return bad_answer("malformed");
    }
    std::vector<std::pair<std::size_t, const Json*>> order;
    for (const Json& choice : *choices) {
        order.emplace_back(index_of(choice).value_or(order.size()), &choice);
    }
    std::stable_sort(
        order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    ChunkWriter chunks(*whole, {"chat.completion.chunk", include_usage});
    for (const auto& [index, choice] : order) {
        ChoiceWriter(chunks, *choice, index).write();
    }
    return chunks.finish();
}

}  // namespace refrain::providers::openai
