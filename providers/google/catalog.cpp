// GET models and GET voices. What a credential may use, so never shared wider than that credential.
#include "providers/answer_members.hpp"
#include "providers/canonical_request.hpp"
#include "providers/google/endpoints.hpp"
#include "providers/google/json_endpoint.hpp"

namespace refrain::providers::google {

namespace {

class Catalog final : public JsonEndpoint {
  public:
    // `list` is the member of an answer that holds it.
    explicit Catalog(std::string_view list) : list_(list) {}

    Operation operation() const noexcept override { return Operation::catalog; }

    Plan plan(const Request& request, const KeyOptions&) const override {
        Plan plan;
        plan.operation = operation();
        plan.wanted_form = plan.upstream_form = kJson;
        plan.credential_scope_only = true;
        if (!request.body.empty()) {
            plan.bypass = "invalid-field";
            return plan;
        }
        Json whole = Json::object();
        whole.emplace("path", request.path);
        add_query_and_headers(whole, request);
        plan.canonical = canonical_json(whole);
        return plan;
    }

    Verdict judge(const Plan&, const Answer& answer) const override {
        const auto whole = json_answer(answer);
        if (!whole) return refused(whole.error().message);
        const Json* list = find_set(*whole, list_);
        return list != nullptr && list->is_array() ? Verdict{} : refused("malformed");
    }
    Usage usage(const Plan&, const Answer&) const override { return {}; }

  private:
    std::string_view list_;
};

}  // namespace

const Endpoint& model_catalog() {
    static const Catalog kModels("models");
    return kModels;
}

const Endpoint& voice_catalog() {
    static const Catalog kVoices("voices");
    return kVoices;
}

}  // namespace refrain::providers::google
