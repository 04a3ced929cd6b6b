#include "providers/openai/chunk_answer.hpp"

#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/usage_filter.hpp"

#include <algorithm>
#include <vector>

namespace refrain::providers::openai {
namespace {

Result<Rendered> rendered(std::string_view content_type, Result<std::string> body) {
    if (!body) {
        return failure(std::move(body.error()));
    }
    return Rendered{std::string(content_type), std::move(*body)};
}

Result<std::string> without_usage(std::string_view stream) {
    const auto filter = usage_filter();
    std::string passed = filter->feed(stream);
    passed += filter->finish();
    return passed;
}

}  // namespace

Verdict judge_choices(const Json& whole, int asked_for) {
    const Json* choices = find_set(whole, "choices");
    if (choices == nullptr) {
        return refused("missing-choices");
    }
    if (!choices->is_array()) {
        return refused("malformed");
    }
    if (choices->size() < static_cast<std::size_t>(std::max(asked_for, 1))) {
        return refused("missing-choices");
    }
    std::vector<bool> seen(choices->size());
    for (std::size_t i = 0; i < choices->size(); ++i) {
        const Json& choice = (*choices)[i];
        const auto index =
            find(choice, "index") != nullptr ? index_of(choice) : std::optional<std::size_t>(i);
        if (!choice.is_object() || !index || *index >= seen.size() || seen[*index]) {
            return refused("malformed");
        }
        seen[*index] = true;
        const auto finish_reason = string_of(choice, "finish_reason");
        if (finish_reason.empty()) {
            return refused("unfinished");
        }
        if (finish_reason == "content_filter") {
            return refused("content-filter");
        }
    }
    return {};
}

bool can_render_chunks(std::string_view recorded_form, std::string_view wanted_form) noexcept {
    const auto is_known = [](std::string_view form) {
        return form == kJson || form == kSse || form == kSseUsage;
    };
    return recorded_form == wanted_form ||
           (is_known(wanted_form) && (recorded_form == kJson || recorded_form == kSseUsage));
}

Result<Rendered> render_chunks(const Answer& recorded,
                               std::string_view wanted_form,
                               const ChunkConversions& conversions) {
    if (recorded.form == wanted_form) {
        return Rendered{std::string(recorded.content_type), std::string(recorded.body)};
    }
    if (!can_render_chunks(recorded.form, wanted_form)) {
        return failure(ErrorCode::unsupported, Origin::gateway, "no such form of this answer");
    }
    if (recorded.form == kJson) {
        return rendered(kSseType, conversions.to_stream(recorded.body, wanted_form == kSseUsage));
    }
    if (wanted_form == kJson) {
        return rendered(kJsonType, conversions.to_whole(recorded.body));
    }
    return rendered(recorded.content_type, without_usage(recorded.body));
}

std::unique_ptr<LiveFilter> chunk_live_filter(std::string_view recorded_form,
                                              std::string_view wanted_form) {
    return recorded_form == kSseUsage && wanted_form == kSse ? usage_filter() : nullptr;
}

}  // namespace refrain::providers::openai
