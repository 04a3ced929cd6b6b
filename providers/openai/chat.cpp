// POST /v1/chat/completions.
#include "providers/embedded_sound.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/chat_answer.hpp"
#include "providers/openai/chat_sound.hpp"
#include "providers/openai/endpoints.hpp"
#include "providers/openai/request_content.hpp"
#include "providers/openai/request_fields.hpp"

#include <array>

namespace refrain::providers::openai {

namespace {

using Effect = FieldRule::Effect;

constexpr std::array kRules{
    FieldRule{"stream", Effect::none},
    FieldRule{"user", Effect::none},
    FieldRule{"safety_identifier", Effect::none},
    FieldRule{"prompt_cache_key", Effect::none},
    FieldRule{"prompt_cache_retention", Effect::none},
    FieldRule{"prompt_cache_options", Effect::none},
    FieldRule{"service_tier", Effect::none},
    // Both only matter to what the provider stores, and what stores is refused.
    FieldRule{"metadata", Effect::none},
    FieldRule{"store", Effect::none},
    FieldRule{"temperature", Effect::nullable, "1"},
    FieldRule{"top_p", Effect::nullable, "1"},
    FieldRule{"n", Effect::nullable, "1"},
    FieldRule{"presence_penalty", Effect::nullable, "0"},
    FieldRule{"frequency_penalty", Effect::nullable, "0"},
    FieldRule{"logprobs", Effect::nullable, "false"},
    FieldRule{"verbosity", Effect::nullable, "\"medium\""},
    FieldRule{"parallel_tool_calls", Effect::plain, "true"},
    FieldRule{"stop"},
    FieldRule{"max_completion_tokens"},
    FieldRule{"max_tokens"},
    FieldRule{"logit_bias"},
    FieldRule{"top_logprobs"},
    FieldRule{"seed"},
    FieldRule{"stream_options"},
    FieldRule{"reasoning_effort"},
    FieldRule{"modalities"},
    FieldRule{"audio"},
    FieldRule{"prediction"},
};

// These models search the web whether or not the request says so.
bool always_searches(std::string_view model) noexcept {
    return model.find("search-preview") != std::string_view::npos ||
           model.find("search-api") != std::string_view::npos;
}

void read_message(RequestDraft& draft, Json& message) {
    if (!message.is_object()) return;
    if (const Json* audio = find_set(message, "audio"); audio != nullptr) {
        if (find_set(*audio, "id") != nullptr) draft.refuse("stored-audio");
    }
    // What a tool answered is data, even where it looks like prose.
    const std::string_view role = string_of(message, "role");
    const auto content = message.find("content");
    if (content != message.end() && role != "tool" && role != "function") {
        read_content(draft, *content);
    }
    read_media(draft, message);
}

void read_tools(RequestDraft& draft) {
    const Json* tools = draft.find("tools");
    if (tools == nullptr || !tools->is_array()) return;
    for (const Json& tool : *tools) {
        const std::string_view type = string_of(tool, "type");
        if (type != "function" && type != "custom") draft.refuse("server-tool");
    }
}

class Chat final : public Endpoint {
  public:
    Operation operation() const noexcept override { return Operation::chat; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        RequestDraft draft(operation(), request, options);
        if (!draft.is_readable()) return std::move(draft).finish();
        plan_chunk_forms(draft);
        if (draft.flag("store")) draft.refuse("store");
        if (draft.find("web_search_options") != nullptr) draft.refuse("web-search");
        draft.require_model();
        if (always_searches(draft.plan().model)) draft.refuse("web-search");
        draft.read_choices();
        read_tools(draft);
        if (Json* messages = draft.find("messages"); messages != nullptr && messages->is_array()) {
            for (Json& message : *messages)
                read_message(draft, message);
        }
        leave_out_stream_options(draft);
        draft.apply(kRules);
        draft.sort_set("modalities");
        draft.keep_schema_order("messages");
        return std::move(draft).finish();
    }

    bool plans_slowly(const Request& request) const override {
        return has_much_sound(request.body);
    }

    std::string recorded_form(const Plan& plan, std::string_view content_type) const override {
        return form_by_type(content_type, plan);
    }

    Verdict judge(const Plan& plan, const Answer& answer) const override {
        return judge_chat(plan, answer);
    }
    Usage usage(const Plan&, const Answer& answer) const override { return chat_usage(answer); }

    std::optional<Packed> pack(const Answer& answer) const override { return pack_chat(answer); }
    bool may_have_sound() const noexcept override { return true; }
    std::optional<Sound> sound(const Answer& answer) const override { return chat_sound(answer); }

    Result<Rendered> render(const Answer& recorded, std::string_view wanted) const override {
        if (!is_packed(recorded.form)) return render_chat(recorded, wanted);
        const auto text = text_of_answer(recorded);
        if (!text) return failure(text.error());
        const Answer whole{
            recorded.status, recorded.content_type, *text, unpacked_form(recorded.form)};
        return render_chat(whole, wanted);
    }
    bool can_render(std::string_view recorded, std::string_view wanted) const override {
        return can_render_chat(unpacked_form(recorded), wanted);
    }
    std::unique_ptr<LiveFilter> live_filter(std::string_view recorded,
                                            std::string_view wanted) const override {
        return chat_live_filter(recorded, wanted);
    }
};

}  // namespace

const Endpoint& chat() {
    static const Chat kChat;
    return kChat;
}

}  // namespace refrain::providers::openai
