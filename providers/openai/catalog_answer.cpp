#include "providers/openai/catalog_answer.hpp"

#include "providers/openai/answer_checks.hpp"

namespace refrain::providers::openai {

Verdict judge_catalog(const Plan&, const Answer& answer) {
    const auto whole = json_answer(answer);
    if (!whole) {
        return refused(whole.error().message);
    }
    const Json* data = find(*whole, "data");
    return data != nullptr && data->is_array() ? Verdict{} : refused("malformed");
}

}  // namespace refrain::providers::openai
