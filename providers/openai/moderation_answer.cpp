#include "providers/openai/moderation_answer.hpp"

#include "providers/openai/answer_checks.hpp"

#include <algorithm>

namespace refrain::providers::openai {

Verdict judge_moderation(const Plan& plan, const Answer& answer) {
    const auto whole = json_answer(answer);
    if (!whole) {
        return refused(whole.error().message);
    }
    const Json* results = find(*whole, "results");
    if (results == nullptr || !results->is_array()) {
        return refused("malformed");
    }
    if (results->size() < static_cast<std::size_t>(std::max(plan.choices, 1))) {
        return refused("missing-choices");
    }
    for (const Json& result : *results) {
        const Json* flagged = find(result, "flagged");
        if (flagged == nullptr || !flagged->is_boolean()) {
            return refused("malformed");
        }
    }
    return {};
}

}  // namespace refrain::providers::openai
