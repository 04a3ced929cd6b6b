#include "gateway/pricing.hpp"

#include "gateway/upstreams.hpp"

namespace refrain::gateway {

namespace {

// OpenAI's hosts that keep data in a region: eu.api.openai.com.
bool is_regional(const Upstream& upstream) {
    return upstream.address.host.ends_with(".api.openai.com");
}

}  // namespace

ledger::Subject subject_of(const Asked& asked, const providers::Plan& plan) {
    return {std::string(providers::name(plan.operation)),
            asked.route.upstream->provider,
            plan.model,
            plan.voice};
}

providers::Bill bill_for(const Asked& asked,
                         const providers::Plan& plan,
                         const providers::Usage& usage) {
    const Upstream& upstream = *asked.route.upstream;
    const providers::PriceQuestion what{
        upstream.name, config::name(upstream.kind), plan.model, plan.voice};
    return providers::make_bill(
        asked.policy->prices,
        {what, providers::name(plan.operation), usage, wall_now(), is_regional(upstream)});
}

ledger::Bought bought_by(const providers::Bill& bill) {
    ledger::Bought bought;
    bought.is_priced = bill.is_priced();
    bought.is_estimated = bill.estimated;
    bought.cost = bill.cost;
    bought.discount = bill.discount;
    return bought;
}

}  // namespace refrain::gateway
