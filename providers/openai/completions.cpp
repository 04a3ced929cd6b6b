// POST /v1/completions, the legacy one.
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/completions_answer.hpp"
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
    FieldRule{"service_tier", Effect::none},
    FieldRule{"max_tokens", Effect::nullable, "16"},
    FieldRule{"temperature", Effect::nullable, "1"},
    FieldRule{"top_p", Effect::nullable, "1"},
    FieldRule{"n", Effect::nullable, "1"},
    FieldRule{"best_of", Effect::nullable, "1"},
    FieldRule{"echo", Effect::nullable, "false"},
    FieldRule{"presence_penalty", Effect::nullable, "0"},
    FieldRule{"frequency_penalty", Effect::nullable, "0"},
    FieldRule{"prompt", Effect::nullable, "\"<|endoftext|>\""},
    FieldRule{"stream_options"},
    FieldRule{"logprobs"},
    FieldRule{"suffix"},
    FieldRule{"stop"},
    FieldRule{"logit_bias"},
    FieldRule{"seed"},
};

constexpr std::size_t kMaxPrompts = 2048;

// Each prompt of a list gets `n` choices. A list of tokens is one prompt.
int prompt_count(RequestDraft& draft) {
    const Json* prompt = draft.find("prompt");
    if (prompt == nullptr || !prompt->is_array() || prompt->empty()) return 1;
    if (!prompt->front().is_string() && !prompt->front().is_array()) return 1;
    if (prompt->size() > kMaxPrompts) draft.refuse("invalid-field");
    return static_cast<int>(std::min(prompt->size(), kMaxPrompts));
}

class Completions final : public Endpoint {
  public:
    Operation operation() const noexcept override { return Operation::completions; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        RequestDraft draft(operation(), request, options);
        if (!draft.is_readable()) return std::move(draft).finish();
        plan_chunk_forms(draft);
        draft.require_model();
        draft.read_choices();
        draft.plan().choices *= prompt_count(draft);
        read_prompts(draft, "prompt");
        leave_out_stream_options(draft);
        draft.apply(kRules);
        return std::move(draft).finish();
    }

    std::string recorded_form(const Plan& plan, std::string_view content_type) const override {
        return form_by_type(content_type, plan);
    }

    Verdict judge(const Plan& plan, const Answer& answer) const override {
        return judge_completions(plan, answer);
    }
    Usage usage(const Plan&, const Answer& answer) const override {
        return completions_usage(answer);
    }

    Result<Rendered> render(const Answer& recorded, std::string_view wanted) const override {
        return render_completions(recorded, wanted);
    }
    bool can_render(std::string_view recorded, std::string_view wanted) const override {
        return can_render_completions(recorded, wanted);
    }
    std::unique_ptr<LiveFilter> live_filter(std::string_view recorded,
                                            std::string_view wanted) const override {
        return completions_live_filter(recorded, wanted);
    }
};

}  // namespace

const Endpoint& completions() {
    static const Completions kCompletions;
    return kCompletions;
}

}  // namespace refrain::providers::openai
