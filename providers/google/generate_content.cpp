// POST {model}:generateContent and {model}:streamGenerateContent: one question, one entry.
#include "providers/answer_members.hpp"
#include "providers/byte_scan.hpp"
#include "providers/google/answer_forms.hpp"
#include "providers/google/endpoints.hpp"
#include "providers/google/generate_answer.hpp"
#include "providers/google/messages/gemini.hpp"
#include "providers/google/request_draft.hpp"

#include <algorithm>

namespace refrain::providers::google {

namespace {

// More candidates than any model gives.
constexpr double kMaxCandidates = 1024;
// Below this there is no sound in a request that takes milliseconds to decode.
constexpr std::size_t kMuchSound = 64 * 1024;

void read_form(RequestDraft& draft, const CallPath& call) {
    Plan& plan = draft.plan();
    if (call.method != "streamGenerateContent") return draft.require_json();
    if (draft.alt() == "sse") {
        plan.wanted_form = kSse;
    } else {
        plan.wanted_form = kArray;
        draft.require_json();
    }
}

void read_candidates(RequestDraft& draft, const Json& config) {
    const Json* value = find_set(config, "candidateCount");
    if (value == nullptr) return;
    const double count = number_value(*value).value_or(0);
    if (count >= 1 && count <= kMaxCandidates) draft.plan().choices = static_cast<int>(count);
}

std::string voice_in(const Json& config) {
    const Json* speech = find_set(config, "speechConfig");
    const Json* voice = speech != nullptr ? find_set(*speech, "voiceConfig") : nullptr;
    const Json* prebuilt = voice != nullptr ? find_set(*voice, "prebuiltVoiceConfig") : nullptr;
    return prebuilt != nullptr ? std::string(string_of(*prebuilt, "voiceName")) : "";
}

void read_config(RequestDraft& draft) {
    draft.plan().silent = true;
    const Json* config = find_set(draft.body(), "generationConfig");
    if (config == nullptr) return;
    read_candidates(draft, *config);
    const Json* modalities = find_set(*config, "responseModalities");
    if (modalities == nullptr || !modalities->is_array()) return;
    const bool speaks =
        std::find(modalities->begin(), modalities->end(), Json("AUDIO")) != modalities->end();
    if (!speaks) return;
    draft.plan().silent = false;
    draft.plan().operation = Operation::speech;
    draft.plan().voice = voice_in(*config);
}

class GenerateContent final : public Endpoint {
  public:
    Operation operation() const noexcept override { return Operation::generate; }
    bool may_have_sound() const noexcept override { return true; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        RequestDraft draft(operation(), request, options);
        const auto call = parse_call_path(request.path);
        if (!call) draft.refuse("not-memoized");
        if (call) {
            draft.plan().model = call->model();
            read_form(draft, *call);
        }
        if (!draft.is_readable()) return std::move(draft).finish("");
        draft.read(kGenerateContentRequest, *call);
        read_config(draft);
        return std::move(draft).finish("/" + std::string(call->version) + "/" +
                                       std::string(call->resource) + ":generateContent");
    }

    bool plans_slowly(const Request& request) const override {
        return request.body.size() > kMuchSound && contains(request.body, "\"audio/");
    }

    std::string recorded_form(const Plan& plan, std::string_view content_type) const override {
        if (is_event_stream_type(content_type)) return std::string(kSse);
        if (plan.upstream_form == kSse && is_json_type(content_type)) return std::string(kJson);
        return plan.upstream_form;
    }

    Verdict judge(const Plan& plan, const Answer& answer) const override {
        return judge_generate(plan, answer);
    }
    Usage usage(const Plan& plan, const Answer& answer) const override {
        return generate_usage(plan, answer);
    }

    std::optional<Packed> pack(const Answer& answer) const override {
        return pack_generate(answer);
    }
    std::optional<Sound> sound(const Answer& answer) const override {
        return generate_sound(answer);
    }

    Result<Rendered> render(const Answer& recorded, std::string_view wanted) const override {
        return render_generate(recorded, wanted);
    }
    bool can_render(std::string_view recorded, std::string_view wanted) const override {
        return can_render_generate(recorded, wanted);
    }
    std::unique_ptr<LiveFilter> live_filter(std::string_view, std::string_view) const override {
        return nullptr;
    }
};

}  // namespace

const Endpoint& generate_content() {
    static const GenerateContent kGenerateContent;
    return kGenerateContent;
}

}  // namespace refrain::providers::google
