#include "providers/openai/transcript_answer.hpp"

#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/subtitles.hpp"
#include "providers/openai/transcript_forms.hpp"
#include "providers/openai/transcript_stream.hpp"
#include "providers/utf8.hpp"

#include <cmath>
#include <cstdint>

namespace refrain::providers::openai {

namespace {

constexpr double kMostSeconds = 1'000'000;

bool is_plain(std::string_view form) noexcept {
    return form == kText || form == kSrt || form == kVtt;
}

// Text of any kind but a page, an event stream or JSON.
bool is_plain_type(std::string_view content_type) noexcept {
    const auto type = content_type.substr(0, content_type.find(';'));
    if (type == "application/x-subrip") return true;
    return type.starts_with("text/") && type != "text/html" && !is_event_stream_type(type);
}

Verdict judge_plain(const Answer& answer) {
    if (answer.status != 200) return refused("status-" + std::to_string(answer.status));
    if (!is_plain_type(answer.content_type)) return refused("content-type");
    if (!is_utf8(answer.body)) return refused("invalid-unicode");
    if (answer.body.find_first_not_of(" \t\r\n") == answer.body.npos) return refused("empty");
    if (answer.form == kSrt && answer.body.find("-->") == answer.body.npos) {
        return refused("malformed");
    }
    if (answer.form == kVtt && !answer.body.starts_with("WEBVTT")) return refused("malformed");
    return {};
}

Result<Json> whole_transcript(const Answer& answer) {
    return answer.form.starts_with(kSse) ? transcript_of_stream(answer.body)
                                         : object_of(answer.body);
}

bool has_list(const Json& transcript, std::string_view name) {
    const Json* list = find(transcript, name);
    return list != nullptr && list->is_array();
}

std::int64_t milliseconds_of(const Json* seconds) {
    const auto value = seconds != nullptr ? number_value(*seconds) : std::nullopt;
    if (!value || !(*value > 0 && *value < kMostSeconds)) return 0;
    return std::llround(*value * 1000);
}

Result<Rendered> rendered(std::string_view type, Result<std::string> body) {
    if (!body) return failure(std::move(body.error()));
    return Rendered{std::string(type), std::move(*body)};
}

// {"text", "usage"} of a verbose answer.
std::string brief(const Json& verbose) {
    Json json{{"text", verbose.at("text")}};
    if (const Json* usage = find(verbose, "usage")) json["usage"] = *usage;
    return ordered_json_text(json);
}

Result<Rendered> from_verbose(std::string_view body, std::string_view wanted_form) {
    const auto verbose = object_of(body);
    if (!verbose) return failure(verbose.error());
    const Json* text = find(*verbose, "text");
    if (text == nullptr || !text->is_string()) return bad_answer("malformed");
    if (wanted_form == kSrt) return rendered(kTextType, srt_of(*verbose));
    if (wanted_form == kVtt) return rendered(kTextType, vtt_of(*verbose));
    if (wanted_form == kJson) return rendered(kJsonType, brief(*verbose));
    return rendered(kTextType, text->get_ref<const std::string&>() + "\n");
}

}  // namespace

Verdict judge_transcript(const Answer& answer) {
    if (is_plain(answer.form)) return judge_plain(answer);
    if (const auto fault = envelope_fault(answer)) return refused(*fault);
    const auto transcript = whole_transcript(answer);
    if (!transcript) return refused(transcript.error().message);
    const Json* text = find(*transcript, "text");
    if (text == nullptr || !text->is_string()) return refused("malformed");
    const bool timed = has_list(*transcript, "segments") || has_list(*transcript, "words");
    const bool must_be_timed = answer.form == kVerboseJson || answer.form == kDiarizedJson;
    return must_be_timed && !timed ? refused("malformed") : Verdict{};
}

Usage transcript_usage(const Plan& plan, const Answer& answer) {
    if (is_plain(answer.form)) return plan.asked;
    const auto transcript = whole_transcript(answer);
    if (!transcript) return plan.asked;
    Usage usage;
    usage.input_tokens = count_at(*transcript, {"usage", "input_tokens"});
    usage.audio_input_tokens =
        count_at(*transcript, {"usage", "input_token_details", "audio_tokens"});
    usage.output_tokens = count_at(*transcript, {"usage", "output_tokens"});
    if (usage.input_tokens > 0 || usage.output_tokens > 0) return usage;
    if (const Json* answered = find(*transcript, "usage")) {
        usage.audio_milliseconds = milliseconds_of(find(*answered, "seconds"));
        if (usage.audio_milliseconds > 0) return usage;
    }
    if (plan.asked.audio_milliseconds > 0) return plan.asked;
    usage.audio_milliseconds = milliseconds_of(find(*transcript, "duration"));
    return usage;
}

bool can_render_transcript(std::string_view recorded_form, std::string_view wanted_form) noexcept {
    if (recorded_form == wanted_form) return true;
    if (recorded_form == kVerboseJson) return wanted_form == kJson || is_plain(wanted_form);
    return (recorded_form == kJson && wanted_form == kSse) ||
           (recorded_form == kSse && wanted_form == kJson);
}

Result<Rendered> render_transcript(const Answer& recorded, std::string_view wanted_form) {
    if (recorded.form == wanted_form) {
        return Rendered{std::string(recorded.content_type), std::string(recorded.body)};
    }
    if (!can_render_transcript(recorded.form, wanted_form)) {
        return failure(ErrorCode::unsupported, Origin::gateway, "no such form of this answer");
    }
    if (recorded.form == kVerboseJson) return from_verbose(recorded.body, wanted_form);
    if (wanted_form == kSse) return rendered(kSseType, stream_of_transcript(recorded.body));
    const auto whole = transcript_of_stream(recorded.body);
    if (!whole) return failure(whole.error());
    return Rendered{std::string(kJsonType), ordered_json_text(*whole)};
}

}  // namespace refrain::providers::openai
