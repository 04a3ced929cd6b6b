#include "samples/demo_provider/responses.hpp"

#include "samples/demo_provider/compose.hpp"
#include "samples/demo_provider/endpoints.hpp"
#include "samples/demo_provider/text.hpp"

#include <algorithm>

namespace refrain::demo {
namespace {

void read_input(const Json& input, Wish& wish) {
    if (input.is_string()) {
        wish.prompt = input.get<std::string>();
        wish.all_text += wish.prompt;
        return;
    }
    for (const Json& item : input) {
        const std::string text =
            text_in(field_or_null(item, "content")) + text_in(field_or_null(item, "output"));
        wish.all_text += text + "\n";
        if (field_or<std::string>(item, "role", "") == "user") wish.prompt = text;
        const auto type = field_or<std::string>(item, "type", "message");
        wish.after_tool_result =
            type == "function_call_output" || type == "custom_tool_call_output";
    }
}

void read_tools(const Json& body, Wish& wish) {
    for (const Json& tool : field_or_null(body, "tools")) {
        const auto type = tool.at("type").get<std::string>();
        if (type != "function" && type != "custom") continue;
        wish.tools.push_back({type == "custom",
                              tool.at("name").get<std::string>(),
                              field_or_null(tool, "parameters")});
    }
    const Json choice = field_or_null(body, "tool_choice");
    if (choice == "none") wish.tool_use = ToolUse::never;
    if (choice == "required") wish.tool_use = ToolUse::always;
    if (choice.is_object() && choice.contains("name")) {
        wish.tool_use = ToolUse::always;
        std::erase_if(wish.tools, [&](const Tool& tool) { return choice.at("name") != tool.name; });
    }
    wish.parallel_tools = field_or(body, "parallel_tool_calls", true);
}

// `earlier` is the meaning of the response that this one continues.
Wish read_wish(const Json& body, const std::string& earlier) {
    Json own = body;
    own.erase("previous_response_id");
    Wish wish;
    wish.meaning = earlier + meaning_of(own);
    wish.model = body.at("model").get<std::string>();
    wish.all_text = field_or<std::string>(body, "instructions", "") + "\n";
    read_input(field_or_null(body, "input"), wish);
    read_tools(body, wish);
    const Json text = field_or_null(body, "text");
    const Json format = text.is_object() ? field_or_null(text, "format") : Json();
    if (format.is_object()) {
        const auto type = field_or<std::string>(format, "type", "text");
        wish.wants_json = type != "text";
        if (type == "json_schema") wish.schema = format.at("schema");
    }
    if (const Json most = field_or_null(body, "max_output_tokens"); !most.is_null()) {
        wish.most_tokens = most.get<std::size_t>();
    }
    return wish;
}

bool includes(const Json& body, std::string_view what) {
    const Json include = field_or_null(body, "include");
    return std::find(include.begin(), include.end(), what) != include.end();
}

Json reasoning_item(const Json& body, const Draft& draft) {
    Json item = {{"id", fresh_id("rs_", 48)}, {"type", "reasoning"}, {"summary", Json::array()}};
    const Json reasoning = field_or_null(body, "reasoning");
    if (reasoning.is_object() && !field_or_null(reasoning, "summary").is_null()) {
        item["summary"].push_back({{"type", "summary_text"}, {"text", draft.reasoning_summary}});
    }
    if (includes(body, "reasoning.encrypted_content")) {
        item["encrypted_content"] = fresh_id("gAAAAAB", 120);
    }
    return item;
}

Json call_item(const ToolCall& call) {
    return {{"id", fresh_id(call.is_custom ? "ctc_" : "fc_", 48)},
            {"type", call.is_custom ? "custom_tool_call" : "function_call"},
            {"status", "completed"},
            {call.is_custom ? "input" : "arguments", call.arguments},
            {"call_id", call.id},
            {"name", call.name}};
}

Json message_item(const Json& body, const Draft& draft) {
    Json part;
    if (draft.is_refusal) {
        part = {{"type", "refusal"}, {"refusal", draft.text()}};
    } else {
        part = {{"type", "output_text"},
                {"annotations", Json::array()},
                {"logprobs", Json::array()},
                {"text", draft.text()}};
        if (includes(body, "message.output_text.logprobs")) {
            for (const std::string& token : draft.tokens) {
                part["logprobs"].push_back(
                    {{"token", token},
                     {"bytes", std::vector<unsigned char>(token.begin(), token.end())},
                     {"logprob", -Dice(token).unit()},
                     {"top_logprobs", Json::array()}});
            }
        }
    }
    return {{"id", fresh_id("msg_", 48)},
            {"type", "message"},
            {"status", draft.ending == Ending::complete ? "completed" : "incomplete"},
            {"content", Json::array({part})},
            {"role", "assistant"}};
}

Json output_json(const Json& body, const Draft& draft) {
    Json output = Json::array();
    if (draft.reasoning_tokens > 0) output.push_back(reasoning_item(body, draft));
    for (const ToolCall& call : draft.calls)
        output.push_back(call_item(call));
    if (draft.calls.empty()) output.push_back(message_item(body, draft));
    return output;
}

Json tools_json(const Json& body) {
    Json tools = Json::array();
    for (Json tool : field_or_null(body, "tools")) {
        if (tool.at("type") == "function" && !tool.contains("strict")) tool["strict"] = true;
        tools.push_back(std::move(tool));
    }
    return tools;
}

Json text_json(const Json& body) {
    Json text = field_or<Json>(body, "text", Json::object());
    if (!text.contains("format")) text["format"] = {{"type", "text"}};
    if (!text.contains("verbosity")) text["verbosity"] = "medium";
    return text;
}

Json reasoning_json(const Json& body) {
    const Json asked = field_or<Json>(body, "reasoning", Json::object());
    const bool reasons = is_reasoning_model(body.at("model").get<std::string>());
    return {{"effort", field_or<Json>(asked, "effort", reasons ? Json("medium") : Json())},
            {"summary", field_or_null(asked, "summary")}};
}

Json usage_json(const Json& body, const Wish& wish, const Draft& draft) {
    const std::size_t input =
        count_tokens(wish.all_text) + count_tokens(tools_json(body).dump()) + 3;
    return {{"input_tokens", input},
            {"input_tokens_details", {{"cached_tokens", 0}, {"cache_write_tokens", 0}}},
            {"output_tokens", draft.output_tokens()},
            {"output_tokens_details", {{"reasoning_tokens", draft.reasoning_tokens}}},
            {"total_tokens", input + draft.output_tokens()}};
}

Json response_json(const Json& body, const Wish& wish, const Draft& draft) {
    const bool is_complete = draft.ending == Ending::complete;
    const std::int64_t now = unix_seconds();
    const auto tier = field_or<std::string>(body, "service_tier", "auto");
    Json incomplete;
    if (!is_complete) {
        incomplete = {
            {"reason", draft.ending == Ending::filtered ? "content_filter" : "max_output_tokens"}};
    }
    return {{"id", fresh_id("resp_", 48)},
            {"object", "response"},
            {"created_at", now},
            {"status", is_complete ? "completed" : "incomplete"},
            {"background", field_or(body, "background", false)},
            {"completed_at", is_complete ? Json(now) : Json()},
            {"error", nullptr},
            {"frequency_penalty", 0.0},
            {"incomplete_details", incomplete},
            {"instructions", field_or_null(body, "instructions")},
            {"max_output_tokens", field_or_null(body, "max_output_tokens")},
            {"max_tool_calls", field_or_null(body, "max_tool_calls")},
            {"model", snapshot_of(wish.model)},
            {"output", output_json(body, draft)},
            {"parallel_tool_calls", field_or(body, "parallel_tool_calls", true)},
            {"presence_penalty", 0.0},
            {"previous_response_id", field_or_null(body, "previous_response_id")},
            {"prompt_cache_key", field_or_null(body, "prompt_cache_key")},
            {"prompt_cache_retention", field_or_null(body, "prompt_cache_retention")},
            {"reasoning", reasoning_json(body)},
            {"safety_identifier", field_or_null(body, "safety_identifier")},
            {"service_tier", tier == "auto" ? "default" : tier},
            {"store", field_or(body, "store", true)},
            {"temperature", field_or<double>(body, "temperature", 1.0)},
            {"text", text_json(body)},
            {"tool_choice", field_or<Json>(body, "tool_choice", "auto")},
            {"tools", tools_json(body)},
            {"top_logprobs", field_or<int>(body, "top_logprobs", 0)},
            {"top_p", field_or<double>(body, "top_p", 1.0)},
            {"truncation", field_or<std::string>(body, "truncation", "disabled")},
            {"usage", usage_json(body, wish, draft)},
            {"user", field_or_null(body, "user")},
            {"metadata", field_or<Json>(body, "metadata", Json::object())}};
}

Answer not_stored(const std::string& id) {
    return problem_answer({.status = 404,
                           .message = "Response with id '" + id + "' not found.",
                           .param = "",
                           .code = ""});
}

}  // namespace

Answer Responses::create(const Call& call) {
    if (auto wrong = missing_field(call.body, {"model", "input"})) return *std::move(wrong);
    if (auto wrong = unknown_model(call.body)) return *std::move(wrong);
    std::string earlier;
    const auto previous = field_or<std::string>(call.body, "previous_response_id", "");
    if (!previous.empty()) {
        const Json found = stored_.get(previous);
        if (found.is_null()) {
            return problem_answer(
                {.message = "Previous response with id '" + previous + "' not found.",
                 .param = "previous_response_id",
                 .code = "previous_response_not_found"});
        }
        earlier = found.at("meaning").get<std::string>();
    }
    const Wish wish = read_wish(call.body, earlier);
    Json response = response_json(call.body, wish, compose(wish, 0));
    if (response.at("store") == true) {
        stored_.put(response.at("id").get<std::string>(),
                    {{"response", response}, {"meaning", wish.meaning}});
    }
    if (field_or(call.body, "stream", false)) {
        return stream_answer(response_events(call.body, response));
    }
    if (response.at("background") == true) {  // to be polled for
        response["status"] = "queued";
        response["output"] = Json::array();
        response["usage"] = nullptr;
        response["completed_at"] = nullptr;
    }
    return json_answer(response);
}

Answer Responses::get(const Call& call) {
    const std::string id = last_segment(call.path);
    const Json found = stored_.get(id);
    return found.is_null() ? not_stored(id) : json_answer(found.at("response"));
}

Answer Responses::remove(const Call& call) {
    const std::string id = last_segment(call.path);
    if (!stored_.remove(id)) return not_stored(id);
    return json_answer({{"id", id}, {"object", "response"}, {"deleted", true}});
}

Answer Responses::input_tokens(const Call& call) {
    if (auto wrong = missing_field(call.body, {"model"})) return *std::move(wrong);
    const Wish wish = read_wish(call.body, "");
    const Json usage = usage_json(call.body, wish, Draft());
    return json_answer(
        {{"object", "response.input_tokens"}, {"input_tokens", usage.at("input_tokens")}});
}

}  // namespace refrain::demo
