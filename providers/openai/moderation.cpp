// POST /v1/moderations.
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/endpoints.hpp"
#include "providers/openai/moderation_answer.hpp"
#include "providers/openai/request_content.hpp"
#include "providers/openai/request_fields.hpp"

#include <array>

namespace refrain::providers::openai {

namespace {

using Effect = FieldRule::Effect;

constexpr std::array kRules{
    FieldRule{"model", Effect::plain, "\"omni-moderation-latest\""},
};

constexpr std::size_t kMaxInputs = 2048;

// A list of texts gets a result each, a list of parts one for all.
void read_input(RequestDraft& draft) {
    read_prompts(draft, "input");
    Json* input = draft.find("input");
    if (input == nullptr) return;
    read_content(draft, *input);
    read_media(draft, *input);
    if (!input->is_array() || input->empty() || !input->front().is_string()) return;
    if (input->size() > kMaxInputs) draft.refuse("invalid-field");
    draft.plan().choices = static_cast<int>(std::min(input->size(), kMaxInputs));
}

class Moderation final : public Endpoint {
  public:
    Operation operation() const noexcept override { return Operation::moderation; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        RequestDraft draft(operation(), request, options);
        if (!draft.is_readable()) return std::move(draft).finish();
        draft.plan().model = draft.text("model");
        read_input(draft);
        draft.apply(kRules);
        return std::move(draft).finish();
    }

    std::string recorded_form(const Plan& plan, std::string_view) const override {
        return plan.upstream_form;
    }

    Verdict judge(const Plan& plan, const Answer& answer) const override {
        return judge_moderation(plan, answer);
    }
    Usage usage(const Plan&, const Answer&) const override { return {}; }  // the call is free

    Result<Rendered> render(const Answer& recorded, std::string_view) const override {
        return Rendered{std::string(recorded.content_type), std::string(recorded.body)};
    }
    bool can_render(std::string_view recorded, std::string_view wanted) const override {
        return recorded == wanted;
    }
    std::unique_ptr<LiveFilter> live_filter(std::string_view, std::string_view) const override {
        return nullptr;
    }
};

}  // namespace

const Endpoint& moderation() {
    static const Moderation kModeration;
    return kModeration;
}

}  // namespace refrain::providers::openai
