// POST /v1/embeddings.
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/embeddings_answer.hpp"
#include "providers/openai/endpoints.hpp"
#include "providers/openai/request_content.hpp"
#include "providers/openai/request_fields.hpp"

#include <array>

namespace refrain::providers::openai {

namespace {

using Effect = FieldRule::Effect;

constexpr std::array kRules{
    FieldRule{"encoding_format", Effect::none},  // a form: vectors convert
    FieldRule{"user", Effect::none},
    FieldRule{"safety_identifier", Effect::none},
    FieldRule{"dimensions"},
};

// The documented maximum of one call.
constexpr std::size_t kMaxInputs = 2048;

void read_encoding(RequestDraft& draft) {
    const std::string encoding = draft.text("encoding_format");
    draft.plan().wanted_form = encoding == "base64" ? kJsonBase64 : kJsonFloat;
    if (!encoding.empty() && encoding != "base64" && encoding != "float") {
        draft.refuse("invalid-field");
    }
}

// One vector for each input; "x" and ["x"] ask for the same ones.
void read_input(RequestDraft& draft) {
    read_prompts(draft, "input");
    Json* input = draft.find("input");
    if (input == nullptr) return;
    if (input->is_string()) {
        Json text = std::move(*input);
        *input = Json::array();
        input->push_back(std::move(text));
    }
    if (!input->is_array() || input->empty()) return;
    if (!input->front().is_string() && !input->front().is_array()) return;  // tokens of one text
    if (input->size() > kMaxInputs) draft.refuse("invalid-field");
    draft.plan().choices = static_cast<int>(std::min(input->size(), kMaxInputs));
}

class Embeddings final : public Endpoint {
  public:
    Operation operation() const noexcept override { return Operation::embeddings; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        RequestDraft draft(operation(), request, options);
        draft.plan().wanted_form = kJsonFloat;
        if (!draft.is_readable()) return std::move(draft).finish();
        read_encoding(draft);
        draft.require_model();
        read_input(draft);
        draft.apply(kRules);
        return std::move(draft).finish();
    }

    std::string recorded_form(const Plan& plan, std::string_view) const override {
        return plan.upstream_form;
    }

    Verdict judge(const Plan& plan, const Answer& answer) const override {
        return judge_embeddings(plan, answer);
    }
    Usage usage(const Plan&, const Answer& answer) const override {
        return embeddings_usage(answer);
    }

    Result<Rendered> render(const Answer& recorded, std::string_view wanted) const override {
        return render_embeddings(recorded, wanted);
    }
    bool can_render(std::string_view recorded, std::string_view wanted) const override {
        return can_render_embeddings(recorded, wanted);
    }
    std::unique_ptr<LiveFilter> live_filter(std::string_view, std::string_view) const override {
        return nullptr;
    }
};

}  // namespace

const Endpoint& embeddings() {
    static const Embeddings kEmbeddings;
    return kEmbeddings;
}

}  // namespace refrain::providers::openai
