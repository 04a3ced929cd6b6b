// GET /v1/models. What a credential may use, so never shared wider than that credential.
#include "providers/json.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/catalog_answer.hpp"
#include "providers/openai/endpoints.hpp"
#include "providers/openai/request_fields.hpp"

namespace refrain::providers::openai {

namespace {

class Catalog final : public Endpoint {
  public:
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

    std::string recorded_form(const Plan& plan, std::string_view) const override {
        return plan.upstream_form;
    }

    Verdict judge(const Plan& plan, const Answer& answer) const override {
        return judge_catalog(plan, answer);
    }
    Usage usage(const Plan&, const Answer&) const override { return {}; }

    Result<Rendered> render(const Answer& recorded, std::string_view) const override {
        return Rendered{std::string(recorded.content_type), std::string(recorded.body)};
    }
    bool can_render(std::string_view recorded, std::string_view wanted) const override {
        return recorded == wanted;
    }
    std::unique_ptr<LiveFilter> live_filter(std::string_view, std::string_view) const override {
        return nullptr;
    }
};

}  // namespace

const Endpoint& catalog() {
    static const Catalog kCatalog;
    return kCatalog;
}

}  // namespace refrain::providers::openai
