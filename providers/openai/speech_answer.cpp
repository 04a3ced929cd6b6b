#include "providers/openai/speech_answer.hpp"

#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/speech_events.hpp"
#include "providers/openai/speech_format.hpp"

#include <algorithm>

namespace refrain::providers::openai {

namespace {

using std::chrono::milliseconds;

// Text that says why there is no sound; "" is no type at all.
bool is_text_type(std::string_view content_type) {
    const auto type = content_type.substr(0, content_type.find(';'));
    return type.starts_with("text/") || is_json_type(content_type);
}

bool is_container_of(const SpeechFormat& format, audio::Container found) noexcept {
    if (format.container == audio::Container::wav && found == audio::Container::rf64) return true;
    if (format.container == audio::Container::adts && found == audio::Container::mp4) return true;
    return format.container == found;
}

// How long it plays; absent where nobody can say.
std::optional<milliseconds> duration_of(const SpeechFormat& format, std::string_view sound) {
    if (format.container != audio::Container::unknown) return audio::inspect(sound).duration;
    const auto frames = static_cast<std::int64_t>(sound.size() / kPcmFrameBytes);
    return milliseconds(frames * 1000 / kPcmRate);
}

std::optional<std::string_view> fault_in(const SpeechFormat& format, std::string_view sound) {
    if (sound.empty()) return "empty-audio";
    if (format.container != audio::Container::unknown) {
        const auto facts = audio::inspect(sound);
        if (facts.container == audio::Container::unknown) return "not-audio";
        if (!is_container_of(format, facts.container)) return "other-container";
    }
    if (duration_of(format, sound).value_or(milliseconds(0)).count() <= 0) return "no-duration";
    return std::nullopt;
}

}  // namespace

Verdict judge_speech(const Answer& answer) {
    if (answer.status != 200) return refused("status-" + std::to_string(answer.status));
    const auto form = parse_speech_form(answer.form);
    if (form.shape == kSse) {
        if (!is_event_stream_type(answer.content_type)) return refused("content-type");
        const auto events = read_speech_events(answer.body);
        if (!events) return refused(events.error().message);
        return refused(fault_in(form.format, events->audio).value_or(""));
    }
    if (is_text_type(answer.content_type)) return refused("content-type");
    return refused(fault_in(form.format, answer.body).value_or(""));
}

Usage speech_usage(const Plan& plan, const Answer& answer) {
    const auto form = parse_speech_form(answer.form);
    Usage usage;
    std::optional<milliseconds> duration;
    if (form.shape == kSse) {
        auto events = read_speech_events(answer.body);
        if (!events) return {};
        usage = std::move(events->usage);
        duration = duration_of(form.format, events->audio);
    } else {
        duration = duration_of(form.format, answer.body);
    }
    usage.characters = plan.asked.characters;
    usage.audio_milliseconds = duration.value_or(milliseconds(0)).count();
    return usage;
}

std::optional<Packed> pack_speech(const Answer& answer) {
    const auto form = parse_speech_form(answer.form);
    if (form.shape != kSse) return std::nullopt;
    auto events = read_speech_events(answer.body);
    if (!events || !events->spans) return std::nullopt;
    Packed packed;
    packed.form = speech_form(kPacked, form.format);
    packed.envelope = speech_envelope(answer.body, *events);
    packed.body = std::move(events->audio);
    return packed;
}

std::optional<Sound> speech_sound(const Answer& answer) {
    const auto form = parse_speech_form(answer.form);
    if (form.shape == kSse) return std::nullopt;
    Sound sound;
    sound.content_type = form.format.content_type;
    sound.extension = form.format.name;
    sound.duration = duration_of(form.format, answer.body).value_or(milliseconds(0));
    return sound;
}

bool can_render_speech(std::string_view recorded_form, std::string_view wanted_form) noexcept {
    if (recorded_form == wanted_form) return true;
    const auto recorded = parse_speech_form(recorded_form);
    const auto wanted = parse_speech_form(wanted_form);
    if (&recorded.format != &wanted.format) return false;
    return recorded.shape == kPacked || (recorded.shape == kSse && wanted.shape == kAudio);
}

Result<Rendered> render_speech(const Answer& recorded, std::string_view wanted_form) {
    if (recorded.form == wanted_form) {
        return Rendered{std::string(recorded.content_type), std::string(recorded.body)};
    }
    if (!can_render_speech(recorded.form, wanted_form)) {
        return failure(ErrorCode::unsupported, Origin::gateway, "no such form of this answer");
    }
    const auto form = parse_speech_form(recorded.form);
    if (parse_speech_form(wanted_form).shape == kSse) {
        auto stream = join_speech_events(recorded.envelope, recorded.body);
        if (!stream) return failure(std::move(stream.error()));
        return Rendered{std::string(recorded.content_type), std::move(*stream)};
    }
    std::string type(form.format.content_type);
    if (form.shape == kPacked) return Rendered{std::move(type), std::string(recorded.body)};
    auto events = read_speech_events(recorded.body);
    if (!events) return failure(std::move(events.error()));
    return Rendered{std::move(type), std::move(events->audio)};
}

}  // namespace refrain::providers::openai
