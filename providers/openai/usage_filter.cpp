#include "providers/openai/usage_filter.hpp"

#include "providers/json.hpp"
#include "providers/json_splice.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_events.hpp"

namespace refrain::providers::openai {
namespace {

class UsageFilter final : public EventFilter {
    void pass(const http::SseEvent& event, std::string& out) const override;
};

void UsageFilter::pass(const http::SseEvent& event, std::string& out) const {
    if (event.data.find("\"usage\"") == std::string::npos) {
        out += event.raw;
        return;
    }
    const auto chunk = parse_json(event.data);
    const Json* usage = chunk ? find(*chunk, "usage") : nullptr;
    const Json* choices = chunk ? find(*chunk, "choices") : nullptr;
    if (usage == nullptr || choices == nullptr || !choices->is_array()) {
        out += event.raw;
        return;
    }
    const bool is_extra = choices->empty() && !usage->is_null();
    if (is_extra && find_set(*chunk, "moderation") == nullptr) {
        return;
    }
    // A server that puts its usage beside a choice does so for everybody.
    const bool is_own = !choices->empty() && !usage->is_null();
    out += is_own ? std::string(event.raw)
                  : with_data(event.raw, without_member(event.data, "usage"));
}

}  // namespace

std::unique_ptr<LiveFilter> usage_filter() {
    return std::make_unique<UsageFilter>();
}

}  // namespace refrain::providers::openai
