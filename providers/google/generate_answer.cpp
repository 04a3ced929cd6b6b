#include "providers/google/generate_answer.hpp"

#include "providers/answer_members.hpp"
#include "providers/embedded_sound.hpp"
#include "providers/google/answer_forms.hpp"
#include "providers/google/answer_stream.hpp"
#include "providers/google/answer_usage.hpp"
#include "providers/google/spoken_answer.hpp"

#include <algorithm>
#include <array>

namespace refrain::providers::google {

namespace {

// Why the candidate ended, "" if that is a good end. A number where the caller asked for those
// ($alt=json;enum-encoding=int).
std::string_view fault_of_finish(const Json& candidate) {
    const Json* reason = find_set(candidate, "finishReason");
    if (reason == nullptr) return "unfinished";
    if (reason->is_number()) return *reason == Json(1) || *reason == Json(2) ? "" : "finish-reason";
    const std::string_view word = string_of(candidate, "finishReason");
    if (word == "STOP" || word == "MAX_TOKENS") return "";
    constexpr std::array<std::string_view, 9> kFiltered{"SAFETY",
                                                        "RECITATION",
                                                        "BLOCKLIST",
                                                        "PROHIBITED_CONTENT",
                                                        "SPII",
                                                        "IMAGE_SAFETY",
                                                        "IMAGE_PROHIBITED_CONTENT",
                                                        "IMAGE_RECITATION",
                                                        "LANGUAGE"};
    const bool filtered = std::find(kFiltered.begin(), kFiltered.end(), word) != kFiltered.end();
    return filtered ? "content-filter" : "finish-reason";
}

std::optional<std::string> type_fault(const Answer& answer, std::string_view form) {
    if (answer.status != 200) return "status-" + std::to_string(answer.status);
    const bool fits = form == kSse ? is_event_stream_type(answer.content_type)
                                   : is_json_type(answer.content_type);
    return fits ? std::nullopt : std::optional<std::string>("content-type");
}

std::string_view type_of_form(std::string_view form) noexcept {
    return form == kSse ? kSseType : kJsonType;
}

}  // namespace

Verdict judge_generate(const Plan& plan, const Answer& answer) {
    if (const auto fault = type_fault(answer, answer.form)) return refused(*fault);
    const auto responses = read_responses(answer.body, answer.form);
    if (!responses) return refused(responses.error().message);
    const Json whole = merge_responses(*responses);
    const Json* feedback = find_set(whole, "promptFeedback");
    if (feedback != nullptr && find_set(*feedback, "blockReason") != nullptr) {
        return refused("blocked");
    }
    const Json* candidates = find_set(whole, "candidates");
    if (candidates == nullptr) return refused("missing-choices");
    if (!candidates->is_array()) return refused("malformed");
    if (candidates->size() < static_cast<std::size_t>(std::max(plan.choices, 1))) {
        return refused("missing-choices");
    }
    for (const Json& candidate : *candidates) {
        if (!candidate.is_object()) return refused("malformed");
        if (const auto fault = fault_of_finish(candidate); !fault.empty()) return refused(fault);
    }
    if (plan.operation != Operation::speech) return {};
    const auto spoken = spoken_in(*responses);
    if (!spoken || spoken->duration().count() <= 0) return refused("no-sound");
    return {};
}

Usage generate_usage(const Plan& plan, const Answer& answer) {
    const auto responses = read_responses(answer.body, answer.form);
    if (!responses) return {};
    const Json whole = merge_responses(*responses);
    Usage usage = token_usage(whole);
    const std::string_view answered = string_of(whole, "modelVersion");
    if (answered != plan.model) usage.model = answered;
    if (const auto spoken = spoken_in(*responses)) {
        usage.audio_milliseconds = spoken->duration().count();
    }
    return usage;
}

bool can_render_generate(std::string_view recorded_form, std::string_view wanted_form) noexcept {
    const auto is_known = [](std::string_view form) {
        return form == kJson || form == kSse || form == kArray;
    };
    return is_known(unpacked_form(recorded_form)) && is_known(wanted_form);
}

Result<Rendered> render_generate(const Answer& recorded, std::string_view wanted_form) {
    if (!can_render_generate(recorded.form, wanted_form)) {
        return failure(ErrorCode::unsupported, Origin::gateway, "no such form of this answer");
    }
    auto text = text_of_answer(recorded);
    if (!text) return failure(std::move(text.error()));
    const std::string_view form = unpacked_form(recorded.form);
    if (form == wanted_form) {
        return Rendered{std::string(recorded.content_type), std::move(*text)};
    }
    auto responses = read_responses(*text, form);
    if (!responses) return failure(std::move(responses.error()));
    if (wanted_form == kJson) {
        Json whole = merge_responses(*responses);
        return Rendered{std::string(kJsonType), ordered_json_text(whole)};
    }
    return Rendered{std::string(type_of_form(wanted_form)),
                    write_responses(*responses, wanted_form)};
}

std::optional<Packed> pack_generate(const Answer& answer) {
    if (is_packed(answer.form)) return std::nullopt;
    const auto responses = read_responses(answer.body, answer.form);
    if (!responses) return std::nullopt;
    const auto spoken = spoken_in(*responses);
    auto apart = take_sound_out(answer.body, "data", spoken_pieces(*responses));
    if (!spoken || !apart) return std::nullopt;
    return std::move(*apart).packed(answer.form, spoken->missing_header());
}

std::optional<Sound> generate_sound(const Answer& answer) {
    if (!is_packed(answer.form)) return std::nullopt;
    return sound_facts(answer.body);
}

}  // namespace refrain::providers::google
