#include "providers/openai/responses_events.hpp"

#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_events.hpp"

namespace refrain::providers::openai {
namespace {

Json merged(Json members, const Json& more) {
    members.update(more);
    return members;
}

Json with(Json members, const char* name, Json value) {
    members[name] = std::move(value);
    return members;
}

void set_if_present(Json& object, const char* name, Json value) {
    if (find(object, name) != nullptr) {
        object[name] = std::move(value);
    }
}

// An item as it is announced: nothing in it yet.
Json announced(Json item) {
    set_if_present(item, "status", "in_progress");
    set_if_present(item, "content", Json::array());
    set_if_present(item, "summary", Json::array());
    const auto type = string_of(item, "type");
    if (type == "function_call") {
        item["arguments"] = "";
    } else if (type == "custom_tool_call") {
        item["input"] = "";
    }
    return item;
}

Json announced_part(Json part) {
    set_if_present(part, "text", "");
    set_if_present(part, "refusal", "");
    set_if_present(part, "annotations", Json::array());
    set_if_present(part, "logprobs", Json::array());
    return part;
}

const Json& member_or(const Json& object, const char* name, const Json& otherwise) {
    const Json* value = find_set(object, name);
    return value != nullptr ? *value : otherwise;
}

bool has_elements(const Json* list) {
    return list != nullptr && list->is_array() && !list->empty();
}

}  // namespace

void ResponseEvents::add(std::string_view type, const Json& members) {
    const Json event = merged(Json{{"type", type}, {"sequence_number", next_++}}, members);
    append_event(stream_, type, ordered_json_text(event));
}

void ResponseEvents::add_item(std::size_t index, const Json& item) {
    const Json at{{"output_index", index}};
    const Json* id = find(item, "id");
    const Json place = merged(Json{{"item_id", id != nullptr ? *id : Json(nullptr)}}, at);
    const auto type = string_of(item, "type");
    const bool is_known = type == "message" || type == "reasoning" || type == "function_call" ||
                          type == "custom_tool_call";
    add("response.output_item.added", with(at, "item", is_known ? announced(item) : item));
    if (type == "reasoning") {
        add_summary(place, item);
    }
    if (type == "message" || type == "reasoning") {
        add_parts(place, item);
    } else if (type == "function_call") {
        add_call(place, item, "arguments");
    } else if (type == "custom_tool_call") {
        add_call(place, item, "input");
    }
    add("response.output_item.done", with(at, "item", item));
}

void ResponseEvents::add_parts(const Json& place, const Json& item) {
    const Json* parts = find(item, "content");
    if (!has_elements(parts)) {
        return;
    }
    for (std::size_t i = 0; i < parts->size(); ++i) {
        const Json& part = (*parts)[i];
        const Json here = with(place, "content_index", i);
        add("response.content_part.added", with(here, "part", announced_part(part)));
        add_text_part(here, part);
        add("response.content_part.done", with(here, "part", part));
    }
}

void ResponseEvents::add_text_part(const Json& place, const Json& part) {
    static const Json kEmptyText = "";
    static const Json kEmptyList = Json::array();
    const auto type = string_of(part, "type");
    if (type == "refusal") {
        const Json& refusal = member_or(part, "refusal", kEmptyText);
        add("response.refusal.delta", with(place, "delta", refusal));
        add("response.refusal.done", with(place, "refusal", refusal));
    } else if (type == "reasoning_text") {
        const Json& text = member_or(part, "text", kEmptyText);
        add("response.reasoning_text.delta", with(place, "delta", text));
        add("response.reasoning_text.done", with(place, "text", text));
    } else if (type == "output_text") {
        const Json& text = member_or(part, "text", kEmptyText);
        const Json& logprobs = member_or(part, "logprobs", kEmptyList);
        add("response.output_text.delta", with(with(place, "delta", text), "logprobs", logprobs));
        const Json* annotations = find(part, "annotations");
        for (std::size_t i = 0; has_elements(annotations) && i < annotations->size(); ++i) {
            add("response.output_text.annotation.added",
                with(with(place, "annotation_index", i), "annotation", (*annotations)[i]));
        }
        add("response.output_text.done", with(with(place, "text", text), "logprobs", logprobs));
    }
}

void ResponseEvents::add_summary(const Json& place, const Json& item) {
    static const Json kEmptyText = "";
    const Json* summary = find(item, "summary");
    for (std::size_t i = 0; has_elements(summary) && i < summary->size(); ++i) {
        const Json& part = (*summary)[i];
        const Json here = with(place, "summary_index", i);
        const Json& text = member_or(part, "text", kEmptyText);
        add("response.reasoning_summary_part.added", with(here, "part", announced_part(part)));
        add("response.reasoning_summary_text.delta", with(here, "delta", text));
        add("response.reasoning_summary_text.done", with(here, "text", text));
        add("response.reasoning_summary_part.done", with(here, "part", part));
    }
}

void ResponseEvents::add_call(const Json& place, const Json& item, std::string_view field) {
    static const Json kEmptyText = "";
    const bool is_function = field == "arguments";
    const std::string prefix =
        is_function ? "response.function_call_arguments" : "response.custom_tool_call_input";
    const std::string name(field);
    const Json& text = member_or(item, name.c_str(), kEmptyText);
    add(prefix + ".delta", with(place, "delta", text));
    Json done = with(place, name.c_str(), text);
    const Json* function = find(item, "name");
    if (is_function && function != nullptr) {
        done["name"] = *function;
    }
    add(prefix + ".done", done);
}

}  // namespace refrain::providers::openai
