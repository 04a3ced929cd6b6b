#include "providers/openai/chat_answer.hpp"

#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/answer_usage.hpp"
#include "providers/openai/chat_stream.hpp"
#include "providers/openai/chunk_answer.hpp"
#include "providers/openai/chunk_stream.hpp"

namespace refrain::providers::openai {

Verdict judge_chat(const Plan& plan, const Answer& answer) {
    if (const auto fault = envelope_fault(answer)) {
        return refused(*fault);
    }
    const auto whole =
        answer.form.starts_with(kSse) ? chat_stream_to_json(answer.body) : object_of(answer.body);
    if (!whole) {
        return refused(whole.error().message);
    }
    const Verdict verdict = judge_choices(*whole, plan.choices);
    if (!verdict.keep()) {
        return verdict;
    }
    for (const Json& choice : whole->at("choices")) {
        const Json* message = find(choice, "message");
        if (message == nullptr || !message->is_object()) {
            return refused("malformed");
        }
    }
    return {};
}

Usage chat_usage(const Answer& answer) {
    return prompt_usage(usage_members(answer.body, answer.form));
}

bool can_render_chat(std::string_view recorded_form, std::string_view wanted_form) noexcept {
    return can_render_chunks(recorded_form, wanted_form);
}

Result<Rendered> render_chat(const Answer& recorded, std::string_view wanted_form) {
    return render_chunks(recorded, wanted_form, {chat_whole_to_stream, chat_stream_to_whole});
}

std::unique_ptr<LiveFilter> chat_live_filter(std::string_view recorded_form,
                                             std::string_view wanted_form) {
    return chunk_live_filter(recorded_form, wanted_form);
}

}  // namespace refrain::providers::openai
