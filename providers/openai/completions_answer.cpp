#include "providers/openai/completions_answer.hpp"

#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/answer_usage.hpp"
#include "providers/openai/chunk_answer.hpp"
#include "providers/openai/chunk_stream.hpp"
#include "providers/openai/completions_stream.hpp"

namespace refrain::providers::openai {

Verdict judge_completions(const Plan& plan, const Answer& answer) {
    if (const auto fault = envelope_fault(answer)) {
        return refused(*fault);
    }
    const auto whole = answer.form.starts_with(kSse) ? completions_stream_to_json(answer.body)
                                                     : object_of(answer.body);
    if (!whole) {
        return refused(whole.error().message);
    }
    const Verdict verdict = judge_choices(*whole, plan.choices);
    if (!verdict.keep()) {
        return verdict;
    }
    for (const Json& choice : whole->at("choices")) {
        const Json* text = find(choice, "text");
        if (text == nullptr || !text->is_string()) {
            return refused("malformed");
        }
    }
    return {};
}

Usage completions_usage(const Answer& answer) {
    return prompt_usage(usage_members(answer.body, answer.form));
}

bool can_render_completions(std::string_view recorded_form, std::string_view wanted_form) noexcept {
    return can_render_chunks(recorded_form, wanted_form);
}

Result<Rendered> render_completions(const Answer& recorded, std::string_view wanted_form) {
    return render_chunks(
        recorded, wanted_form, {completions_whole_to_stream, completions_stream_to_whole});
}

std::unique_ptr<LiveFilter> completions_live_filter(std::string_view recorded_form,
                                                    std::string_view wanted_form) {
    return chunk_live_filter(recorded_form, wanted_form);
}

}  // namespace refrain::providers::openai
