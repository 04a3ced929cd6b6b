#include "providers/openai/usage_filter.hpp"

#include "providers/byte_scan.hpp"
#include "providers/json_splice.hpp"
#include "providers/openai/answer_events.hpp"

#include <string_view>

namespace refrain::providers::openai {
namespace {

class UsageFilter final : public EventFilter {
    void pass(const http::SseEvent& event, std::string& out) const override;
    bool may_change(std::string_view bytes) const override;
};

// A name spelled with escapes is not worth looking for: nobody's answers have one.
bool UsageFilter::may_change(std::string_view bytes) const {
    return contains(bytes, R"("usage")");
}

bool is_empty_array(std::string_view text) {
    return text.starts_with('[') && text.find_first_not_of(" \t\r\n", 1) == text.size() - 1;
}

// Runs for every event of every such stream, so it looks at the text and builds no values.
void UsageFilter::pass(const http::SseEvent& event, std::string& out) const {
    const auto usage = member_text(event.data, "usage");
    const auto choices = usage ? member_text(event.data, "choices") : std::nullopt;
    if (!choices || !choices->starts_with('[')) {
        out += event.raw;
        return;
    }
    const bool has_usage = *usage != "null";
    const bool has_choices = !is_empty_array(*choices);
    if (has_usage && has_choices) {
        out += event.raw;  // a server that puts its usage beside a choice does so for everybody
        return;
    }
    if (has_usage && member_text(event.data, "moderation").value_or("null") == "null") {
        return;
    }
    out += with_data(event.raw, without_member(event.data, "usage"));
}

}  // namespace

std::unique_ptr<LiveFilter> usage_filter() {
    return std::make_unique<UsageFilter>();
}

}  // namespace refrain::providers::openai
