// POST /v1/responses.
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/endpoints.hpp"
#include "providers/openai/request_content.hpp"
#include "providers/openai/request_fields.hpp"
#include "providers/openai/responses_answer.hpp"
#include "providers/openai/responses_request.hpp"

#include <array>
#include <chrono>

namespace refrain::providers::openai {

namespace {

using Effect = FieldRule::Effect;

// What the provider stores by itself, it keeps for at least 30 days.
constexpr std::chrono::seconds kStoredFor = std::chrono::hours(24 * 30);

// Left out of the key, but repeated by the answer, where the caller's own are put.
constexpr std::array<std::string_view, 5> kEchoed{
    "metadata", "user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention"};

// prompt_cache_options are in the key: the answer repeats them, and how it writes their default is
// not documented, so that echo could not be rewritten.
constexpr std::array kRules{
    FieldRule{"stream", Effect::none},
    FieldRule{"service_tier", Effect::none},
    FieldRule{"temperature", Effect::nullable, "1"},
    FieldRule{"top_p", Effect::nullable, "1"},
    FieldRule{"parallel_tool_calls", Effect::nullable, "true"},
    FieldRule{"background", Effect::nullable, "false"},
    FieldRule{"truncation", Effect::nullable, "\"disabled\""},
    FieldRule{"conversation"},
    FieldRule{"context_management"},
    FieldRule{"include"},
    FieldRule{"instructions"},
    FieldRule{"max_output_tokens"},
    FieldRule{"max_tool_calls"},
    FieldRule{"previous_response_id"},
    FieldRule{"prompt"},
    FieldRule{"prompt_cache_options"},
    FieldRule{"reasoning"},
    FieldRule{"store"},
    FieldRule{"stream_options"},
    FieldRule{"top_logprobs"},
};

std::string take_echo(RequestDraft& draft) {
    Json echo = Json::object();
    for (const std::string_view name : kEchoed) {
        Json* value = draft.find(name);
        const bool is_default = value == nullptr || (value->is_object() && value->empty());
        if (!is_default) echo.emplace(std::string(name), std::move(*value));
        draft.leave_out(name);
    }
    return canonical_json(echo);
}

// An absent `store` means true here. What is stored belongs to one credential and ends some day.
void read_state(RequestDraft& draft) {
    if (draft.flag("store")) draft.refuse("store");
    if (draft.flag("background")) draft.refuse("background");
    if (draft.find("conversation") != nullptr) draft.refuse("conversation");
    if (draft.find("prompt") != nullptr) draft.refuse("prompt-template");
    const Json* cache = draft.object("prompt_cache_options");
    if (cache != nullptr && cache->contains("comparison_response_id")) {
        draft.refuse("stored-state");
    }
    Plan& plan = draft.plan();
    if (draft.find("store") == nullptr) {
        plan.credential_scope_only = true;
        plan.max_ttl = kStoredFor;
    }
    if (draft.find("previous_response_id") != nullptr) plan.credential_scope_only = true;
}

class Responses final : public Endpoint {
  public:
    Operation operation() const noexcept override { return Operation::responses; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        RequestDraft draft(operation(), request, options);
        if (!draft.is_readable()) return std::move(draft).finish();
        read_state(draft);
        draft.require_model();
        read_responses_tools(draft);
        read_responses_input(draft);
        const bool stream = draft.flag("stream");
        draft.plan().wanted_form = echo_form(stream ? kSse : kJson, take_echo(draft));
        leave_out_stream_options(draft);
        draft.drop_member("text", "verbosity", "\"medium\"");
        draft.apply(kRules);
        draft.sort_set("include");
        draft.keep_schema_order("input");
        return std::move(draft).finish();
    }

    bool plans_slowly(const Request& request) const override {
        return has_much_sound(request.body);
    }

    std::string recorded_form(const Plan& plan, std::string_view content_type) const override {
        const EchoForm asked = parse_echo_form(plan.upstream_form);
        if (is_event_stream_type(content_type)) return echo_form(kSse, asked.echo);
        return echo_form(is_json_type(content_type) ? kJson : asked.shape, asked.echo);
    }

    Verdict judge(const Plan& plan, const Answer& answer) const override {
        return judge_responses(plan, answer);
    }
    Usage usage(const Plan&, const Answer& answer) const override {
        return responses_usage(answer);
    }

    Result<Rendered> render(const Answer& recorded, std::string_view wanted) const override {
        return render_responses(recorded, wanted);
    }
    bool can_render(std::string_view recorded, std::string_view wanted) const override {
        return can_render_responses(recorded, wanted);
    }
    std::unique_ptr<LiveFilter> live_filter(std::string_view recorded,
                                            std::string_view wanted) const override {
        return responses_live_filter(recorded, wanted);
    }

    std::vector<std::string> names(const Answer& answer) const override {
        return responses_names(answer);
    }
};

}  // namespace

const Endpoint& responses() {
    static const Responses kResponses;
    return kResponses;
}

}  // namespace refrain::providers::openai
