#include "samples/demo_provider/compose.hpp"
#include "samples/demo_provider/endpoints.hpp"
#include "samples/demo_provider/text.hpp"

namespace refrain::demo {
namespace {

// The prompts of a request: a string, strings, token numbers or lists of those.
std::vector<std::string> prompts_in(const Json& prompt) {
    if (prompt.is_null()) return {"<|endoftext|>"};
    if (prompt.is_string()) return {prompt.get<std::string>()};
    if (!prompt.empty() && prompt.front().is_number()) return {prompt.dump()};
    std::vector<std::string> prompts;
    for (const Json& one : prompt)
        prompts.push_back(one.is_string() ? one.get<std::string>() : one.dump());
    return prompts;
}

Json logprobs_json(const Json& body, const Draft& draft) {
    if (field_or_null(body, "logprobs").is_null()) return {};
    Json result = {{"tokens", draft.tokens},
                   {"token_logprobs", Json::array()},
                   {"top_logprobs", Json::array()},
                   {"text_offset", Json::array()}};
    std::size_t offset = 0;
    for (const std::string& token : draft.tokens) {
        const double logprob = -Dice(token).unit();
        result["token_logprobs"].push_back(logprob);
        result["top_logprobs"].push_back({{token, logprob}});
        result["text_offset"].push_back(offset);
        offset += token.size();
    }
    return result;
}

const char* finish_reason(const Draft& draft) {
    if (draft.ending == Ending::filtered) return "content_filter";
    return draft.ending == Ending::too_long ? "length" : "stop";
}

std::vector<Event> events_for(const Json& body,
                              const Json& completion,
                              const std::vector<Draft>& drafts) {
    const Json options = field_or_null(body, "stream_options");
    const bool with_usage = options.is_object() && field_or(options, "include_usage", false);
    Json chunk = completion;
    chunk.erase("usage");
    if (with_usage) chunk["usage"] = nullptr;
    std::vector<Event> events;
    for (std::size_t index = 0; index < drafts.size(); ++index) {
        const Json& choice = completion.at("choices").at(index);
        Json part = {
            {"text", ""}, {"index", index}, {"logprobs", nullptr}, {"finish_reason", nullptr}};
        std::vector<std::string> pieces = split_tokens(choice.at("text").get<std::string>());
        for (const std::string& piece : pieces) {
            part["text"] = piece;
            chunk["choices"] = Json::array({part});
            events.push_back(data_event(chunk, true));
        }
        part["text"] = "";
        part["logprobs"] = choice.at("logprobs");
        part["finish_reason"] = choice.at("finish_reason");
        chunk["choices"] = Json::array({part});
        events.push_back(data_event(chunk));
    }
    if (with_usage) {
        chunk["choices"] = Json::array();
        chunk["usage"] = completion.at("usage");
        events.push_back(data_event(chunk));
    }
    events.push_back({"data: [DONE]\n\n", false});
    return events;
}

}  // namespace

Answer completions(const Call& call) {
    if (auto wrong = missing_field(call.body, {"model"})) return *std::move(wrong);
    if (auto wrong = unknown_model(call.body)) return *std::move(wrong);
    Wish wish;
    wish.model = call.body.at("model").get<std::string>();
    wish.most_tokens = field_or<std::size_t>(call.body, "max_tokens", 16);
    wish.stops = strings_in(field_or_null(call.body, "stop"));
    std::vector<Draft> drafts;
    Json choices = Json::array();
    std::size_t input = 0;
    std::size_t output = 0;
    for (const std::string& prompt : prompts_in(field_or_null(call.body, "prompt"))) {
        wish.prompt = prompt;
        wish.meaning = meaning_of(call.body) + prompt;
        input += count_tokens(prompt);
        for (std::size_t i = 0; i < field_or<std::size_t>(call.body, "n", 1); ++i) {
            const Draft& draft = drafts.emplace_back(compose(wish, i));
            output += draft.tokens.size();
            const std::string echo = field_or(call.body, "echo", false) ? prompt : "";
            choices.push_back({{"text", echo + draft.text()},
                               {"index", choices.size()},
                               {"logprobs", logprobs_json(call.body, draft)},
                               {"finish_reason", finish_reason(draft)}});
        }
    }
    const Json completion = {{"id", fresh_id("cmpl-", 29)},
                             {"object", "text_completion"},
                             {"created", unix_seconds()},
                             {"model", wish.model},
                             {"choices", std::move(choices)},
                             {"usage",
                              {{"prompt_tokens", input},
                               {"completion_tokens", output},
                               {"total_tokens", input + output}}}};
    if (field_or(call.body, "stream", false))
        return stream_answer(events_for(call.body, completion, drafts));
    return json_answer(completion);
}

}  // namespace refrain::demo
