#include "providers/openai/completions_stream.hpp"

#include "providers/openai/answer_checks.hpp"
#include "providers/openai/chunk_stream.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace refrain::providers::openai {
namespace {

constexpr std::string_view kObject = "text_completion";

bool append_logprobs(Json& logprobs, const Json& piece) {
    if (!piece.is_object()) {
        return piece.is_null();
    }
    if (!logprobs.is_object()) {
        logprobs = Json::object();
    }
    for (const auto& [name, value] : piece.items()) {
        Json* list = slot(logprobs, name);
        if (list == nullptr) {
            return false;
        }
        if (value.is_array() && list->is_array()) {
            list->insert(list->end(), value.begin(), value.end());
        } else if (!value.is_null()) {
            *list = value;
        }
    }
    return true;
}

// A choice added up piece by piece, in the order OpenAI writes its members.
Json empty_choice(std::size_t index) {
    return Json{{"text", ""}, {"index", index}, {"logprobs", nullptr}, {"finish_reason", nullptr}};
}

bool merge_member(Json& choice, const std::string& name, const Json& value) {
    if (name == "text") {
        if (value.is_string()) {
            choice["text"].get_ref<std::string&>() += value.get_ref<const std::string&>();
        }
        return value.is_string() || value.is_null();
    }
    if (name == "logprobs") {
        return append_logprobs(choice["logprobs"], value);
    }
    if (name == "finish_reason" && !value.is_null() && !value.is_string()) {
        return false;
    }
    return name == "index" || keep_last_set(choice, name, value);
}

bool merge_choices(std::map<std::size_t, Json>& choices, const Json& chunk) {
    const Json* pieces = find_set(chunk, "choices");
    if (pieces == nullptr) {
        return true;
    }
    for (const Json& piece : *pieces) {
        const auto index = index_of(piece);
        if (!index) {
            return false;
        }
        Json& choice = choices.try_emplace(*index, empty_choice(*index)).first->second;
        for (const auto& [name, value] : piece.items()) {
            if (!merge_member(choice, name, value)) {
                return false;
            }
        }
    }
    return true;
}

bool is_well_formed(const Json& choice) {
    const Json* text = find(choice, "text");
    return text != nullptr && text->is_string();
}

}  // namespace

Result<std::string> completions_whole_to_stream(std::string_view json, bool include_usage) {
    const auto whole = object_of(json);
    if (!whole) {
        return failure(whole.error());
    }
    const Json* choices = find(*whole, "choices");
    if (choices == nullptr || !choices->is_array() ||
        !std::all_of(choices->begin(), choices->end(), is_well_formed)) {
        return bad_answer("malformed");
    }
    ChunkWriter chunks(*whole, {kObject, include_usage});
    std::size_t position = 0;
    for (Json choice : *choices) {
        // The text first, then the end, which alone says why.
        const std::size_t index = index_of(choice).value_or(position++);
        Json text = empty_choice(index);
        text["text"] = choice.at("text");
        if (const Json* logprobs = find(choice, "logprobs")) {
            text["logprobs"] = *logprobs;
        }
        chunks.add(text);
        choice["text"] = "";
        choice["index"] = index;
        choice["logprobs"] = nullptr;
        chunks.add(choice);
    }
    return chunks.finish();
}

Result<Json> completions_stream_to_json(std::string_view stream) {
    ChunkReader reader(stream);
    ChunkMembers members;
    std::map<std::size_t, Json> choices;
    for (;;) {
        const auto chunk = reader.next();
        if (!chunk) {
            return failure(chunk.error());
        }
        if (!*chunk) {
            break;
        }
        if (!members.add(**chunk) || !merge_choices(choices, **chunk)) {
            return bad_answer("malformed");
        }
    }
    Json list = Json::array();
    for (auto& [index, choice] : choices) {
        if (string_of(choice, "finish_reason").empty()) {
            return bad_answer("unfinished");
        }
        list.push_back(std::move(choice));
    }
    return members.whole(kObject, std::move(list));
}

Result<std::string> completions_stream_to_whole(std::string_view stream) {
    auto whole = completions_stream_to_json(stream);
    if (!whole) {
        return failure(std::move(whole.error()));
    }
    return ordered_json_text(*whole);
}

}  // namespace refrain::providers::openai
