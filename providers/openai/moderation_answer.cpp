#include "providers/openai/moderation_answer.hpp"

#include "providers/openai/answer_checks.hpp"

namespace refrain::providers::openai {

Verdict judge_moderation(const Plan&, const Answer& answer) {
    const auto whole = json_answer(answer);
    if (!whole) {
        return refused(whole.error().message);
    }
    const Json* results = find(*whole, "results");
    if (results == nullptr || !results->is_array()) {
        return refused("malformed");
    }
    if (results->empty()) {
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
