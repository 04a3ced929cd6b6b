// POST /v1/images/generations.
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/endpoints.hpp"
#include "providers/openai/images_answer.hpp"
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
    FieldRule{"n", Effect::nullable, "1"},
    FieldRule{"quality", Effect::nullable, "\"auto\""},
    FieldRule{"background", Effect::nullable, "\"auto\""},
    FieldRule{"moderation", Effect::nullable, "\"auto\""},
    FieldRule{"output_format", Effect::nullable, "\"png\""},
    FieldRule{"output_compression", Effect::nullable, "100"},
    FieldRule{"partial_images", Effect::nullable, "0"},
    FieldRule{"size"},
    FieldRule{"style"},
};

// DALL·E answers with links, which die within the hour, unless told otherwise. Without a model the
// provider chooses, and judge() sees what came.
void refuse_links(RequestDraft& draft) {
    const std::string format = draft.text("response_format");
    const bool by_default = format.empty() && draft.plan().model.starts_with("dall-e");
    if (format == "url" || by_default) draft.refuse("expiring-urls");
}

void read_forms(RequestDraft& draft) {
    if (!draft.flag("stream")) return;
    const Json* partial = draft.find("partial_images");
    const bool has_partial = partial != nullptr && number_value(*partial) != 0.0;
    draft.plan().wanted_form = has_partial ? kSsePartial : kSse;
}

// What an image costs where the answer reports no tokens. DALL·E draws squares unless told
// otherwise.
void read_kind(RequestDraft& draft) {
    std::string_view size = string_of(draft.body(), "size");
    if (size.empty() && draft.plan().model.starts_with("dall-e")) size = "1024x1024";
    draft.plan().asked.image_kind = image_kind(string_of(draft.body(), "quality"), size);
}

class Images final : public Endpoint {
  public:
    Operation operation() const noexcept override { return Operation::images; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        RequestDraft draft(operation(), request, options);
        if (!draft.is_readable()) return std::move(draft).finish();
        read_forms(draft);
        draft.plan().model = draft.text("model");
        refuse_links(draft);
        draft.read_choices();
        read_kind(draft);
        read_prompts(draft, "prompt");
        read_media(draft, draft.body());
        draft.apply(kRules);
        return std::move(draft).finish();
    }

    std::string recorded_form(const Plan& plan, std::string_view content_type) const override {
        return form_by_type(content_type, plan);
    }

    Verdict judge(const Plan& plan, const Answer& answer) const override {
        return judge_images(plan, answer);
    }
    Usage usage(const Plan& plan, const Answer& answer) const override {
        return images_usage(plan, answer);
    }

    Result<Rendered> render(const Answer& recorded, std::string_view wanted) const override {
        return render_images(recorded, wanted);
    }
    bool can_render(std::string_view recorded, std::string_view wanted) const override {
        return can_render_images(recorded, wanted);
    }
    std::unique_ptr<LiveFilter> live_filter(std::string_view, std::string_view) const override {
        return nullptr;
    }
};

}  // namespace

const Endpoint& images() {
    static const Images kImages;
    return kImages;
}

}  // namespace refrain::providers::openai
