#include "samples/demo_provider/chat.hpp"

#include "samples/demo_provider/endpoints.hpp"
#include "samples/demo_provider/text.hpp"

#include <cmath>

namespace refrain::demo {
namespace {

Tool tool_from(const Json& declared) {
    if (field_or<std::string>(declared, "type", "") == "custom") {
        return {true, declared.at("custom").at("name").get<std::string>(), Json()};
    }
    const Json& function = declared.contains("function") ? declared.at("function") : declared;
    return {false, function.at("name").get<std::string>(), field_or_null(function, "parameters")};
}

void read_tools(const Json& body, Wish& wish) {
    const Json declared = field_or_null(body, body.contains("tools") ? "tools" : "functions");
    for (const Json& tool : declared)
        wish.tools.push_back(tool_from(tool));
    const Json choice =
        field_or_null(body, body.contains("tools") ? "tool_choice" : "function_call");
    if (choice == "none") wish.tool_use = ToolUse::never;
    if (choice == "required") wish.tool_use = ToolUse::always;
    if (choice.is_object()) {
        wish.tool_use = ToolUse::always;
        const Tool forced = tool_from(choice);
        std::erase_if(wish.tools, [&](const Tool& tool) { return tool.name != forced.name; });
    }
    wish.parallel_tools = field_or(body, "parallel_tool_calls", true);
}

Wish read_wish(const Json& body) {
    Wish wish;
    wish.meaning = meaning_of(body);
    wish.model = body.at("model").get<std::string>();
    for (const Json& message : body.at("messages")) {
        const std::string text = text_in(field_or_null(message, "content"));
        const auto role = message.at("role").get<std::string>();
        wish.all_text += role + " " + text + "\n";
        if (role == "user") wish.prompt = text;
        wish.after_tool_result = role == "tool" || role == "function";
    }
    read_tools(body, wish);
    const Json format = field_or_null(body, "response_format");
    if (format.is_object()) {
        const auto type = field_or<std::string>(format, "type", "text");
        wish.wants_json = type != "text";
        if (type == "json_schema") wish.schema = format.at("json_schema").at("schema");
    }
    for (const char* name : {"max_tokens", "max_completion_tokens"}) {
        if (!field_or_null(body, name).is_null())
            wish.most_tokens = body.at(name).get<std::size_t>();
    }
    wish.stops = strings_in(field_or_null(body, "stop"));
    return wish;
}

Json tool_call_json(const ToolCall& call) {
    if (call.is_custom) {
        return {{"id", call.id},
                {"type", "custom"},
                {"custom", {{"name", call.name}, {"input", call.arguments}}}};
    }
    return {{"id", call.id},
            {"type", "function"},
            {"function", {{"name", call.name}, {"arguments", call.arguments}}}};
}

std::string finish_reason(const Draft& draft, bool is_legacy_function) {
    if (draft.ending == Ending::filtered) return "content_filter";
    if (draft.ending == Ending::too_long) return "length";
    if (draft.calls.empty()) return "stop";
    return is_legacy_function ? "function_call" : "tool_calls";
}

Json choice_json(const Json& body, const Draft& draft, std::size_t index) {
    const bool speaks = draft.calls.empty() && !draft.is_refusal;
    const bool is_legacy_function = !draft.calls.empty() && !body.contains("tools");
    Json message = {{"role", "assistant"},
                    {"content", speaks ? Json(draft.text()) : Json()},
                    {"refusal", draft.is_refusal ? Json(draft.text()) : Json()},
                    {"annotations", Json::array()}};
    if (is_legacy_function) {
        message["function_call"] = {{"name", draft.calls.front().name},
                                    {"arguments", draft.calls.front().arguments}};
    } else if (!draft.calls.empty()) {
        for (const ToolCall& call : draft.calls)
            message["tool_calls"].push_back(tool_call_json(call));
    }
    return {{"index", index},
            {"message", std::move(message)},
            {"logprobs", chat_logprobs(body, draft, 0, draft.tokens.size())},
            {"finish_reason", finish_reason(draft, is_legacy_function)}};
}

Json usage_json(const Wish& wish, const Json& body, const std::vector<Draft>& drafts) {
    const std::size_t tools = count_tokens(field_or_null(body, "tools").dump());
    const std::size_t input = count_tokens(wish.all_text) + tools + 3;
    std::size_t output = 0;
    std::size_t reasoning = 0;
    for (const Draft& draft : drafts) {
        output += draft.output_tokens();
        reasoning += draft.reasoning_tokens;
    }
    return {{"prompt_tokens", input},
            {"completion_tokens", output},
            {"total_tokens", input + output},
            {"prompt_tokens_details", {{"cached_tokens", 0}, {"audio_tokens", 0}}},
            {"completion_tokens_details",
             {{"reasoning_tokens", reasoning},
              {"audio_tokens", 0},
              {"accepted_prediction_tokens", 0},
              {"rejected_prediction_tokens", 0}}}};
}

std::string service_tier(const Json& body) {
    const auto asked = field_or<std::string>(body, "service_tier", "auto");
    return asked == "auto" ? "default" : asked;
}

Json token_json(const std::string& token, double logprob) {
    Json bytes = Json::array();
    for (const char byte : token)
        bytes.push_back(static_cast<unsigned char>(byte));
    return {{"token", token}, {"logprob", logprob}, {"bytes", std::move(bytes)}};
}

}  // namespace

Json chat_logprobs(const Json& request, const Draft& draft, std::size_t first, std::size_t count) {
    if (!field_or(request, "logprobs", false)) return {};
    const auto alternatives = field_or<std::size_t>(request, "top_logprobs", 0);
    Json tokens = Json::array();
    for (std::size_t i = first; i < first + count; ++i) {
        Dice dice(std::to_string(i) + draft.tokens[i]);
        const double logprob = -dice.unit();
        Json token = token_json(draft.tokens[i], logprob);
        token["top_logprobs"] = Json::array();
        for (std::size_t rank = 0; rank < alternatives; ++rank) {
            const std::string other =
                rank == 0 ? draft.tokens[i] : " option" + std::to_string(rank);
            token["top_logprobs"].push_back(token_json(other, logprob - static_cast<double>(rank)));
        }
        tokens.push_back(std::move(token));
    }
    const char* name = draft.is_refusal ? "refusal" : "content";
    Json result = {{"content", nullptr}, {"refusal", nullptr}};
    result[name] = std::move(tokens);
    return result;
}

Answer chat(const Call& call) {
    if (auto wrong = missing_field(call.body, {"model", "messages"})) return *std::move(wrong);
    if (auto wrong = unknown_model(call.body)) return *std::move(wrong);
    const Wish wish = read_wish(call.body);
    std::vector<Draft> drafts;
    Json choices = Json::array();
    for (std::size_t i = 0; i < field_or<std::size_t>(call.body, "n", 1); ++i) {
        drafts.push_back(compose(wish, i));
        choices.push_back(choice_json(call.body, drafts.back(), i));
    }
    const std::string model = snapshot_of(wish.model);
    const Json completion = {
        {"id", fresh_id("chatcmpl-", 29)},
        {"object", "chat.completion"},
        {"created", unix_seconds()},
        {"model", model},
        {"choices", std::move(choices)},
        {"usage", usage_json(wish, call.body, drafts)},
        {"service_tier", service_tier(call.body)},
        {"system_fingerprint", "fp_" + std::to_string(Dice(model).below(1'000'000'000))}};
    if (field_or(call.body, "stream", false)) {
        return stream_answer(chat_events(call.body, completion, drafts));
    }
    return json_answer(completion);
}

}  // namespace refrain::demo
