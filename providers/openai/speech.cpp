// POST /v1/audio/speech.
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/endpoints.hpp"
#include "providers/openai/request_content.hpp"
#include "providers/openai/request_fields.hpp"
#include "providers/openai/speech_answer.hpp"
#include "providers/openai/speech_format.hpp"
#include "providers/prompt_text.hpp"

#include <array>

namespace refrain::providers::openai {

namespace {

using Effect = FieldRule::Effect;

constexpr std::string_view kDefaultFormat = "mp3";

constexpr std::array kRules{
    FieldRule{"stream_format", Effect::none},  // a form
    FieldRule{"response_format", Effect::nullable, "\"mp3\""},
    FieldRule{"speed", Effect::nullable, "1"},
    FieldRule{"instructions"},
};

// What is to be spoken is billed as the caller wrote it.
void read_input(RequestDraft& draft) {
    Json* input = draft.find("input");
    if (input == nullptr || !input->is_string()) return draft.refuse("invalid-field");
    auto& text = input->get_ref<std::string&>();
    draft.plan().asked.characters = static_cast<std::int64_t>(count_characters(text));
    normalize_speech(text, draft.normalize());
}

// "alloy", or {"id": "voice_123"}.
void read_voice(RequestDraft& draft) {
    const Json* voice = draft.find("voice");
    if (voice == nullptr) return;
    if (voice->is_object()) voice = find_set(*voice, "id");
    if (voice == nullptr || !voice->is_string()) return draft.refuse("invalid-field");
    draft.plan().voice = voice->get<std::string>();
}

void read_forms(RequestDraft& draft) {
    const std::string stream_format = draft.text("stream_format");
    if (!stream_format.empty() && stream_format != "audio" && stream_format != "sse") {
        draft.refuse("invalid-field");
    }
    std::string format_name = draft.text("response_format");
    if (format_name.empty()) format_name = kDefaultFormat;
    const auto* format = speech_format(format_name);
    if (format == nullptr) return draft.refuse("invalid-field");
    const auto shape = stream_format == "sse" ? kSse : kAudio;
    draft.plan().wanted_form = speech_form(shape, *format);
}

class Speech final : public Endpoint {
  public:
    Operation operation() const noexcept override { return Operation::speech; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        RequestDraft draft(operation(), request, options);
        draft.plan().wanted_form = speech_form(kAudio, *speech_format(kDefaultFormat));
        if (!draft.is_readable()) return std::move(draft).finish();
        read_forms(draft);
        draft.require_model();
        read_voice(draft);
        read_input(draft);
        read_prompts(draft, "instructions");
        draft.apply(kRules);
        return std::move(draft).finish();
    }

    std::string recorded_form(const Plan& plan, std::string_view content_type) const override {
        const auto asked = parse_speech_form(plan.upstream_form);
        return speech_form(is_event_stream_type(content_type) ? kSse : kAudio, asked.format);
    }

    Verdict judge(const Plan&, const Answer& answer) const override { return judge_speech(answer); }
    Usage usage(const Plan& plan, const Answer& answer) const override {
        return speech_usage(plan, answer);
    }

    std::optional<Packed> pack(const Answer& answer) const override { return pack_speech(answer); }
    std::optional<Sound> sound(const Answer& answer) const override { return speech_sound(answer); }

    Result<Rendered> render(const Answer& recorded, std::string_view wanted) const override {
        return render_speech(recorded, wanted);
    }
    bool can_render(std::string_view recorded, std::string_view wanted) const override {
        return can_render_speech(recorded, wanted);
    }
    std::unique_ptr<LiveFilter> live_filter(std::string_view, std::string_view) const override {
        return nullptr;
    }
};

}  // namespace

const Endpoint& speech() {
    static const Speech kSpeech;
    return kSpeech;
}

}  // namespace refrain::providers::openai
