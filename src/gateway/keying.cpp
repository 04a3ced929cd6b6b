#include "gateway/keying.hpp"

#include <memory>
#include <string>

namespace refrain::gateway {

std::shared_ptr<cache::Alias> alias_of(const Asked& asked, const providers::Plan& plan) {
    std::string scope = asked.identity.scope;
    if (plan.credential_scope_only) scope = "credential:" + asked.identity.credential_id;
    cache::KeyFields fields;
    fields.operation = providers::name(plan.operation);
    fields.upstream = asked.route.upstream->base_url;
    fields.scope = scope;
    fields.variant = asked.controls.variant;
    fields.canonical = plan.canonical;
    auto alias = std::make_shared<cache::Alias>();
    alias->key = cache::derive_key(fields);
    if (!plan.wider_canonical.empty()) {
        fields.canonical = plan.wider_canonical;
        alias->wider = cache::derive_key(fields);
    }
    alias->form = plan.wanted_form;
    alias->operation = fields.operation;
    alias->model = plan.model;
    return alias;
}

}  // namespace refrain::gateway
