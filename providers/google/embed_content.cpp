// POST {model}:embedContent and {model}:batchEmbedContents.
#include "providers/answer_members.hpp"
#include "providers/google/answer_usage.hpp"
#include "providers/google/endpoints.hpp"
#include "providers/google/json_endpoint.hpp"
#include "providers/google/messages/gemini.hpp"
#include "providers/google/request_draft.hpp"

#include <algorithm>

namespace refrain::providers::google {

namespace {

constexpr std::string_view kBatch = "batchEmbedContents";
// More texts than one call may hold.
constexpr std::size_t kMaxRequests = 10'000;

bool is_vector(const Json* embedding) {
    const Json* values = embedding != nullptr ? find_set(*embedding, "values") : nullptr;
    return values != nullptr && values->is_array() && !values->empty() &&
           std::all_of(values->begin(), values->end(), [](const Json& value) {
               return number_value(value).has_value();
           });
}

class EmbedContent final : public JsonEndpoint {
  public:
    Operation operation() const noexcept override { return Operation::embeddings; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        RequestDraft draft(operation(), request, options);
        const auto call = parse_call_path(request.path);
        if (!call) draft.refuse("not-memoized");
        draft.require_json();
        if (!draft.is_readable()) return std::move(draft).finish("");
        const bool is_batch = call->method == kBatch;
        draft.read(is_batch ? kBatchEmbedContentsRequest : kEmbedContentRequest, *call);
        draft.plan().choices = kNoBatch;
        if (is_batch) read_requests(draft);
        return std::move(draft).finish(request.path);
    }

    // One embedding, or as many as were asked for.
    Verdict judge(const Plan& plan, const Answer& answer) const override {
        const auto whole = json_answer(answer);
        if (!whole) return refused(whole.error().message);
        if (plan.choices == kNoBatch) {
            return is_vector(find_set(*whole, "embedding")) ? Verdict{} : refused("malformed");
        }
        const Json* list = find_set(*whole, "embeddings");
        if (list == nullptr || !list->is_array()) return refused("malformed");
        if (list->size() != static_cast<std::size_t>(plan.choices)) {
            return refused("missing-choices");
        }
        const bool good = std::all_of(
            list->begin(), list->end(), [](const Json& one) { return is_vector(&one); });
        return good ? Verdict{} : refused("malformed");
    }
    Usage usage(const Plan&, const Answer& answer) const override {
        const auto whole = json_answer(answer);
        return whole ? token_usage(*whole) : Usage{};
    }

  private:
    static constexpr int kNoBatch = 0;

    static void read_requests(RequestDraft& draft) {
        const Json* requests = find_set(draft.body(), "requests");
        const std::size_t count =
            requests != nullptr && requests->is_array() ? requests->size() : 0;
        if (count == 0 || count > kMaxRequests) return draft.refuse("invalid-field");
        draft.plan().choices = static_cast<int>(count);
    }
};

}  // namespace

const Endpoint& embed_content() {
    static const EmbedContent kEmbedContent;
    return kEmbedContent;
}

}  // namespace refrain::providers::google
