// POST {model}:predict of Imagen models: pictures.
#include "providers/answer_members.hpp"
#include "providers/google/endpoints.hpp"
#include "providers/google/json_endpoint.hpp"
#include "providers/google/messages/gemini.hpp"
#include "providers/google/request_draft.hpp"

#include <algorithm>

namespace refrain::providers::google {

namespace {

// Whether the request reads from or writes to somebody's storage.
bool names_storage(std::string_view body) {
    return body.find("gs://") != std::string_view::npos ||
           body.find("gs:\\/\\/") != std::string_view::npos ||
           body.find("torageUri") != std::string_view::npos ||
           body.find("torage_uri") != std::string_view::npos ||
           body.find("cs_uri") != std::string_view::npos ||
           body.find("csUri") != std::string_view::npos;
}

// A picture that was filtered has a reason in the place of its bytes.
bool is_picture(const Json& prediction) {
    return !string_of(prediction, "bytesBase64Encoded").empty();
}

class Predict final : public JsonEndpoint {
  public:
    Operation operation() const noexcept override { return Operation::images; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        RequestDraft draft(operation(), request, options);
        const auto call = parse_call_path(request.path);
        // Other models answer this method too, each in its own shape.
        if (!call || !call->model().starts_with("imagen")) draft.refuse("not-memoized");
        if (names_storage(request.body)) draft.refuse("storage");
        draft.require_json();
        if (!draft.is_readable()) return std::move(draft).finish("");
        draft.read(kPredictRequest, *call);
        return std::move(draft).finish(request.path);
    }

    Verdict judge(const Plan&, const Answer& answer) const override {
        const auto whole = json_answer(answer);
        if (!whole) return refused(whole.error().message);
        const Json* predictions = find_set(*whole, "predictions");
        if (predictions == nullptr || !predictions->is_array() || predictions->empty()) {
            return refused("missing-choices");
        }
        const bool good = std::all_of(predictions->begin(), predictions->end(), is_picture);
        return good ? Verdict{} : refused("content-filter");
    }
    // Billed by the picture; one that was filtered is none.
    Usage usage(const Plan&, const Answer& answer) const override {
        Usage usage;
        const auto whole = json_answer(answer);
        const Json* predictions = whole ? find_set(*whole, "predictions") : nullptr;
        if (predictions != nullptr && predictions->is_array()) {
            usage.images = std::count_if(predictions->begin(), predictions->end(), is_picture);
        }
        return usage;
    }
};

}  // namespace

const Endpoint& predict() {
    static const Predict kPredict;
    return kPredict;
}

}  // namespace refrain::providers::google
