// POST text:synthesize. The sound is kept as itself, and put back into its text for who asks.
#include "base/text_code.hpp"
#include "providers/answer_members.hpp"
#include "providers/embedded_sound.hpp"
#include "providers/google/endpoints.hpp"
#include "providers/google/json_endpoint.hpp"
#include "providers/google/messages/speech.hpp"
#include "providers/google/request_draft.hpp"
#include "providers/google/spoken_answer.hpp"
#include "providers/google/spoken_text.hpp"

#include <charconv>

namespace refrain::providers::google {

namespace {

constexpr std::string_view kSoundMember = "audioContent";
// Raw PCM does not say its own rate, so the form does: "json;pcm=24000".
constexpr std::string_view kPcmForm = "json;pcm=";
constexpr int kNaturalRate = 24'000;  // of most voices
constexpr int kMaxRate = 768'000;

void read_audio_config(RequestDraft& draft) {
    const Json* config = find_set(draft.body(), "audioConfig");
    if (config == nullptr || string_of(*config, "audioEncoding") != "PCM") return;
    const auto asked = count_at(*config, {"sampleRateHertz"});
    const auto rate = asked > 0 && asked <= kMaxRate ? asked : kNaturalRate;
    draft.plan().wanted_form = std::string(kPcmForm) + std::to_string(rate);
}

void read_voice(RequestDraft& draft) {
    const Json* voice = find_set(draft.body(), "voice");
    if (voice == nullptr) return;
    Plan& plan = draft.plan();
    plan.voice = string_of(*voice, "name");
    plan.model = string_of(*voice, "modelName");
    if (plan.model.empty()) plan.model = voice_family(plan.voice);
    if (plan.voice.empty()) plan.voice = string_of(*voice, "languageCode");
}

// The header that raw PCM lacks to be a file, "" where the sound is a file already.
std::string missing_header(std::string_view form, std::size_t bytes) {
    if (!form.starts_with(kPcmForm)) return "";
    form.remove_prefix(kPcmForm.size());
    PcmFormat format;
    std::from_chars(form.data(), form.data() + form.size(), format.rate);
    return wav_header_for(bytes, format);
}

// Absent if there is no sound in it.
std::optional<SoundApart> take_apart(const Answer& answer) {
    const auto whole = json_answer(answer);
    if (!whole) return std::nullopt;
    return take_sound_out(answer.body, kSoundMember, {string_of(*whole, kSoundMember)});
}

// 0 also where what came is no sound.
std::chrono::milliseconds duration_of(const Answer& answer) {
    const auto apart = take_apart(answer);
    if (!apart) return std::chrono::milliseconds(0);
    return sound_facts(missing_header(answer.form, apart->sound.size()) + apart->sound).duration;
}

class Synthesize final : public JsonEndpoint {
  public:
    Operation operation() const noexcept override { return Operation::speech; }
    bool may_have_sound() const noexcept override { return true; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        RequestDraft draft(operation(), request, options);
        draft.require_json();
        if (!draft.is_readable()) return std::move(draft).finish("");
        draft.read(kSynthesizeSpeechRequest);
        // v1beta1 repeats the audioConfig, and with it an enumerator.
        if (request.path.starts_with("/v1/")) draft.answer_has_no_enumerators();
        read_voice(draft);
        read_audio_config(draft);
        if (const Json* input = find_set(draft.body(), "input")) {
            draft.plan().asked.characters = characters_in(*input);
        }
        return std::move(draft).finish(request.path);
    }

    Verdict judge(const Plan&, const Answer& answer) const override {
        const auto whole = json_answer(answer);
        if (!whole) return refused(whole.error().message);
        return duration_of(answer).count() > 0 ? Verdict{} : refused("no-sound");
    }

    Usage usage(const Plan& plan, const Answer& answer) const override {
        Usage usage = plan.asked;
        usage.audio_milliseconds = duration_of(answer).count();
        return usage;
    }

    std::optional<Packed> pack(const Answer& answer) const override {
        auto apart = take_apart(answer);
        if (!apart) return std::nullopt;
        std::string header = missing_header(answer.form, apart->sound.size());
        return std::move(*apart).packed(answer.form, std::move(header));
    }

    std::optional<Sound> sound(const Answer& answer) const override {
        if (!is_packed(answer.form)) return std::nullopt;
        return sound_facts(answer.body);
    }

    Result<Rendered> render(const Answer& recorded, std::string_view wanted) const override {
        if (!is_packed(recorded.form)) return JsonEndpoint::render(recorded, wanted);
        auto text = put_sound_back(recorded.body, recorded.envelope);
        if (!text) return failure(std::move(text.error()));
        return Rendered{std::string(recorded.content_type), std::move(*text)};
    }
    bool can_render(std::string_view recorded, std::string_view wanted) const override {
        return unpacked_form(recorded) == wanted;
    }
};

}  // namespace

const Endpoint& synthesize() {
    static const Synthesize kSynthesize;
    return kSynthesize;
}

}  // namespace refrain::providers::google
