#include "samples/demo_provider/chat.hpp"
#include "samples/demo_provider/text.hpp"

#include <utility>

namespace refrain::demo {
namespace {

// Writes chunks that share the head of one completion.
class ChunkWriter {
  public:
    ChunkWriter(const Json& request, const Json& completion) : completion_(completion) {
        const Json options = field_or_null(request, "stream_options");
        with_usage_ = options.is_object() && field_or(options, "include_usage", false);
        with_obfuscation_ = !options.is_object() || field_or(options, "include_obfuscation", true);
    }

    void delta(std::size_t index, Json delta, Json logprobs = nullptr, bool is_paced = true) {
        Json chunk = head();
        chunk["choices"] = Json::array({{{"index", index},
                                         {"delta", std::move(delta)},
                                         {"logprobs", std::move(logprobs)},
                                         {"finish_reason", nullptr}}});
        add(std::move(chunk), is_paced);
    }

    void finish(std::size_t index, const Json& reason) {
        Json chunk = head();
        chunk["choices"] = Json::array({{{"index", index},
                                         {"delta", Json::object()},
                                         {"logprobs", nullptr},
                                         {"finish_reason", reason}}});
        add(std::move(chunk), false);
    }

    std::vector<Event> done() {
        if (with_usage_) {
            Json chunk = head();
            chunk["choices"] = Json::array();
            chunk["usage"] = completion_.at("usage");
            events_.push_back(data_event(chunk));
        }
        events_.push_back({"data: [DONE]\n\n", false});
        return std::move(events_);
    }

  private:
    Json head() const {
        return {{"id", completion_.at("id")},
                {"object", "chat.completion.chunk"},
                {"created", completion_.at("created")},
                {"model", completion_.at("model")},
                {"service_tier", completion_.at("service_tier")},
                {"system_fingerprint", completion_.at("system_fingerprint")}};
    }

    void add(Json chunk, bool is_paced) {
        // Asked for, usage is on every chunk: null until the one that has it. Not asked for, on
        // none.
        if (with_usage_) chunk["usage"] = nullptr;
        // Padding of random length, against guessing the text from packet sizes.
        if (with_obfuscation_) {
            chunk["obfuscation"] =
                fresh_id("", 1 + static_cast<std::size_t>(fresh_id("", 1)[0]) % 12);
        }
        events_.push_back(data_event(chunk, is_paced));
    }

    const Json& completion_;
    bool with_usage_ = false;
    bool with_obfuscation_ = true;
    std::vector<Event> events_;
};

void write_tool_calls(ChunkWriter& writer, std::size_t index, const Json& message) {
    std::size_t position = 0;
    for (const Json& call : message.at("tool_calls")) {
        const bool is_custom = call.at("type") == "custom";
        const char* kind = is_custom ? "custom" : "function";
        const char* argument = is_custom ? "input" : "arguments";
        Json opening = {{"index", position}, {"id", call.at("id")}, {"type", call.at("type")}};
        opening[kind] = {{"name", call.at(kind).at("name")}, {argument, ""}};
        Json delta =
            position == 0 ? Json{{"role", "assistant"}, {"content", nullptr}} : Json::object();
        delta["tool_calls"] = Json::array({opening});
        if (position == 0) delta["refusal"] = nullptr;
        writer.delta(index, std::move(delta));
        for (const std::string& piece :
             split_tokens(call.at(kind).at(argument).get<std::string>())) {
            Json part = {{"index", position}};
            part[kind] = {{argument, piece}};
            writer.delta(index, {{"tool_calls", Json::array({part})}});
        }
        ++position;
    }
}

void write_function_call(ChunkWriter& writer, std::size_t index, const Json& call) {
    writer.delta(index,
                 {{"role", "assistant"},
                  {"content", nullptr},
                  {"function_call", {{"name", call.at("name")}, {"arguments", ""}}},
                  {"refusal", nullptr}});
    for (const std::string& piece : split_tokens(call.at("arguments").get<std::string>())) {
        writer.delta(index, {{"function_call", {{"arguments", piece}}}});
    }
}

void write_words(ChunkWriter& writer, const Json& request, std::size_t index, const Draft& draft) {
    const char* name = draft.is_refusal ? "refusal" : "content";
    Json opening = {{"role", "assistant"}, {"content", ""}, {"refusal", nullptr}};
    if (draft.is_refusal) opening["content"] = nullptr;
    writer.delta(index, std::move(opening), nullptr, false);
    for (std::size_t i = 0; i < draft.tokens.size(); ++i) {
        writer.delta(index, {{name, draft.tokens[i]}}, chat_logprobs(request, draft, i, 1));
    }
}

}  // namespace

std::vector<Event> chat_events(const Json& request,
                               const Json& completion,
                               const std::vector<Draft>& drafts) {
    ChunkWriter writer(request, completion);
    for (std::size_t index = 0; index < drafts.size(); ++index) {
        const Json& choice = completion.at("choices").at(index);
        const Json& message = choice.at("message");
        if (message.contains("tool_calls")) {
            write_tool_calls(writer, index, message);
        } else if (message.contains("function_call")) {
            write_function_call(writer, index, message.at("function_call"));
        } else {
            write_words(writer, request, index, drafts[index]);
        }
        writer.finish(index, choice.at("finish_reason"));
    }
    return writer.done();
}

}  // namespace refrain::demo
