// POST {model}:countTokens. Free, and the same for ever.
#include "providers/answer_members.hpp"
#include "providers/google/endpoints.hpp"
#include "providers/google/json_endpoint.hpp"
#include "providers/google/messages/gemini.hpp"
#include "providers/google/request_draft.hpp"

namespace refrain::providers::google {

namespace {

class CountTokens final : public JsonEndpoint {
  public:
    Operation operation() const noexcept override { return Operation::count_tokens; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        RequestDraft draft(operation(), request, options);
        const auto call = parse_call_path(request.path);
        if (!call) draft.refuse("not-memoized");
        draft.require_json();
        if (!draft.is_readable()) return std::move(draft).finish("");
        draft.read(kCountTokensRequest, *call);
        return std::move(draft).finish(request.path);
    }

    Verdict judge(const Plan&, const Answer& answer) const override {
        const auto whole = json_answer(answer);
        if (!whole) return refused(whole.error().message);
        const Json* total = find_set(*whole, "totalTokens");
        return total != nullptr && number_value(*total) ? Verdict{} : refused("malformed");
    }
    Usage usage(const Plan&, const Answer&) const override { return {}; }
};

}  // namespace

const Endpoint& count_tokens() {
    static const CountTokens kCountTokens;
    return kCountTokens;
}

}  // namespace refrain::providers::google
