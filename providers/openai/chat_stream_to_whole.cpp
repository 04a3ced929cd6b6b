#include "base/text_code.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/chat_stream.hpp"
#include "providers/openai/chunk_stream.hpp"
#include "providers/openai/repeated_chunk.hpp"

#include <map>
#include <utility>
#include <vector>

namespace refrain::providers::openai {
namespace {

// The steps below return false on a member of the wrong type.

bool append_text(Json* text, const Json& piece) {
    if (text == nullptr || piece.is_null()) {
        return text != nullptr;
    }
    if (!piece.is_string()) {
        return false;
    }
    if (!text->is_string()) {
        *text = "";
    }
    text->get_ref<std::string&>() += piece.get_ref<const std::string&>();
    return true;
}

bool append_elements(Json* array, const Json& piece) {
    if (array == nullptr || piece.is_null()) {
        return array != nullptr;
    }
    if (!piece.is_array()) {
        return false;
    }
    if (!array->is_array()) {
        *array = Json::array();
    }
    array->insert(array->end(), piece.begin(), piece.end());
    return true;
}

bool set_once(Json& object, const std::string& name, const Json& value) {
    Json* kept = slot(object, name);
    if (kept != nullptr && kept->is_null()) {
        *kept = value;
    }
    return kept != nullptr;
}

// {name, arguments} of a function, {name, input} of a custom tool.
bool merge_call_body(Json* body, const Json& delta) {
    if (body == nullptr || delta.is_null()) {
        return body != nullptr;
    }
    if (!delta.is_object()) {
        return false;
    }
    if (!body->is_object()) {
        *body = Json::object();
    }
    for (const auto& [name, value] : delta.items()) {
        const bool is_text = name == "arguments" || name == "input";
        if (!(is_text ? append_text(slot(*body, name), value) : set_once(*body, name, value))) {
            return false;
        }
    }
    return true;
}

bool merge_call_member(Json& call, const std::string& name, const Json& value) {
    if (name == "function" || name == "custom") {
        return merge_call_body(slot(call, name), value);
    }
    if (name == "id" || name == "type") {
        return set_once(call, name, value);
    }
    return name == "index" || keep_last_set(call, name, value);
}

bool merge_tool_call(Json& call, const Json& delta) {
    for (const auto& [name, value] : delta.items()) {
        if (!merge_call_member(call, name, value)) {
            return false;
        }
    }
    return true;
}

// Sound comes in pieces of base64, each of which may be padded.
class Audio {
  public:
    bool merge(const Json& delta) {
        if (!delta.is_object()) {
            return delta.is_null();
        }
        for (const auto& [name, value] : delta.items()) {
            if (!merge_member(name, value)) {
                return false;
            }
        }
        return true;
    }

    bool is_seen() const { return !members_.empty(); }
    bool is_complete() const { return find_set(members_, "expires_at") != nullptr; }

    // Absent if a piece is not base64.
    std::optional<Json> whole() const {
        Json result = members_;
        if (!pieces_.empty()) {
            auto data = joined();
            if (!data) {
                return std::nullopt;
            }
            result["data"] = std::move(*data);
        }
        return result;
    }

  private:
    bool merge_member(const std::string& name, const Json& value) {
        if (name == "transcript") {
            return append_text(slot(members_, name), value);
        }
        if (name != "data") {
            return keep_last_set(members_, name, value);
        }
        if (value.is_string()) {
            pieces_.push_back(value.get_ref<const std::string&>());
        }
        return (value.is_string() || value.is_null()) && slot(members_, name) != nullptr;
    }

    std::optional<std::string> joined() const {
        std::string text;
        for (const auto& piece : pieces_) {
            text += piece;
        }
        if (base64_decode(text)) {
            return text;
        }
        std::string bytes;
        for (const auto& piece : pieces_) {
            const auto decoded = base64_decode(piece);
            if (!decoded) {
                return std::nullopt;
            }
            bytes += *decoded;
        }
        return base64_encode(bytes);
    }

    Json members_ = Json::object();
    std::vector<std::string> pieces_;
};

// One choice, added up delta by delta.
class Choice {
  public:
    bool merge(const Json& chunk_choice) {
        for (const auto& [name, value] : chunk_choice.items()) {
            if (!merge_choice_member(name, value)) {
                return false;
            }
        }
        return true;
    }

    // What merge() makes of a choice that is {"index": …, "delta": {"content": …}}, where its last
    // one was the same but for the content.
    void add_content(const std::string& text) { content_.get_ref<std::string&>() += text; }

    // Fails if the choice did not come to its end.
    Result<Json> whole(std::size_t index) const {
        Json message{{"role", role_}, {"content", content_}};
        if (has_tool_calls_) {
            Json& calls = message["tool_calls"] = Json::array();
            for (const auto& [number, call] : tool_calls_) {
                calls.push_back(call);
            }
        }
        if (audio_.is_seen()) {
            auto audio = audio_.whole();
            if (!audio) {
                return bad_answer("malformed");
            }
            message["audio"] = std::move(*audio);
        }
        message["refusal"] = refusal_;
        for (const auto& [name, value] : others_.items()) {
            if (!message.contains(name)) {
                message[name] = value;
            }
        }

        Json choice{{"index", index}, {"message", std::move(message)}, {"logprobs", logprobs_}};
        choice["finish_reason"] = nullptr;
        choice.update(members_);
        if (choice["finish_reason"].is_null()) {
            // Audio may end with its expiry alone; SDKs then assume "stop".
            if (!audio_.is_complete()) {
                return bad_answer("unfinished");
            }
            choice["finish_reason"] = "stop";
        }
        return choice;
    }

  private:
    bool merge_choice_member(const std::string& name, const Json& value) {
        if (name == "delta") {
            return merge_delta(value);
        }
        if (name == "logprobs") {
            return merge_logprobs(value);
        }
        if (name == "finish_reason" && !value.is_null() && !value.is_string()) {
            return false;
        }
        return name == "index" || keep_last_set(members_, name, value);
    }

    bool merge_delta(const Json& delta) {
        if (!delta.is_object()) {
            return delta.is_null();
        }
        for (const auto& [name, value] : delta.items()) {
            if (!merge_member(name, value)) {
                return false;
            }
        }
        return true;
    }

    bool merge_member(const std::string& name, const Json& value) {
        if (name == "role") {
            return merge_role(value);
        }
        if (name == "content") {
            return append_text(&content_, value);
        }
        if (name == "refusal") {
            return append_text(&refusal_, value);
        }
        if (name == "tool_calls") {
            return merge_tool_calls(value);
        }
        if (name == "audio" && !value.is_null()) {
            return audio_.merge(value);
        }
        if (name == "function_call") {
            return merge_call_body(slot(others_, name), value);
        }
        if (name == "annotations") {
            return append_elements(slot(others_, name), value);
        }
        // What compatible servers add: reasoning_content and its like come in pieces.
        return value.is_string() ? append_text(slot(others_, name), value)
                                 : keep_last_set(others_, name, value);
    }

    bool merge_role(const Json& role) {
        if (role.is_string() && !std::exchange(has_role_, true)) {
            role_ = role;
        }
        return role.is_string() || role.is_null();
    }

    bool merge_tool_calls(const Json& calls) {
        if (calls.is_null()) {
            return true;
        }
        if (!calls.is_array()) {
            return false;
        }
        has_tool_calls_ = true;
        for (const Json& delta : calls) {
            if (!delta.is_object()) {
                return false;
            }
            // Some servers send whole calls without an index.
            auto index = index_of(delta);
            if (!index && find_set(delta, "index") == nullptr && find_set(delta, "id") != nullptr) {
                index = tool_calls_.empty() ? 0 : tool_calls_.rbegin()->first + 1;
            }
            if (!index || *index >= kMaxIndex) {
                return false;
            }
            auto& call = tool_calls_.try_emplace(*index, Json::object()).first->second;
            if (!merge_tool_call(call, delta)) {
                return false;
            }
        }
        return true;
    }

    bool merge_logprobs(const Json& logprobs) {
        if (!logprobs.is_object()) {
            return logprobs.is_null();
        }
        if (!logprobs_.is_object()) {
            logprobs_ = Json::object();
        }
        for (const auto& [name, value] : logprobs.items()) {
            const bool is_list = name == "content" || name == "refusal";
            if (!(is_list ? append_elements(slot(logprobs_, name), value)
                          : keep_last_set(logprobs_, name, value))) {
                return false;
            }
        }
        return true;
    }

    Json role_ = "assistant";
    bool has_role_ = false;
    Json content_ = nullptr;
    Json refusal_ = nullptr;
    Json logprobs_ = nullptr;
    bool has_tool_calls_ = false;
    std::map<std::size_t, Json> tool_calls_;
    Audio audio_;
    Json others_ = Json::object();   // of the message
    Json members_ = Json::object();  // of the choice
};

bool merge_choices(std::map<std::size_t, Choice>& choices, const Json& chunk) {
    const Json* pieces = find_set(chunk, "choices");
    if (pieces == nullptr) {
        return true;
    }
    for (const Json& piece : *pieces) {
        const auto index = index_of(piece);
        if (!index || !choices[*index].merge(piece)) {
            return false;
        }
    }
    return true;
}

}  // namespace

Result<Json> chat_stream_to_json(std::string_view stream) {
    ChunkReader reader(stream);
    ChunkMembers members;
    std::map<std::size_t, Choice> choices;
    RepeatedChunk repeated;
    std::string content;
    for (;;) {
        const auto text = reader.next_text();
        if (!text) {
            return failure(text.error());
        }
        if (!*text) {
            break;
        }
        if (repeated.read(**text, content)) {
            choices[repeated.index()].add_content(content);
            continue;
        }
        const auto chunk = ChunkReader::parse(**text);
        if (!chunk) {
            return failure(chunk.error());
        }
        if (!members.add(*chunk) || !merge_choices(choices, *chunk)) {
            return bad_answer("malformed");
        }
        repeated.remember(**text, *chunk);
    }
    Json list = Json::array();
    for (const auto& [index, choice] : choices) {
        auto whole = choice.whole(index);
        if (!whole) {
            return whole;
        }
        list.push_back(std::move(*whole));
    }
    return members.whole("chat.completion", std::move(list));
}

Result<std::string> chat_stream_to_whole(std::string_view stream) {
    auto whole = chat_stream_to_json(stream);
    if (!whole) {
        return failure(std::move(whole.error()));
    }
    return ordered_json_text(*whole);
}

}  // namespace refrain::providers::openai
