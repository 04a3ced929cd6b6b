#include "providers/openai/responses_answer.hpp"

#include "providers/json_splice.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_events.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/answer_usage.hpp"
#include "providers/openai/responses_echo.hpp"
#include "providers/openai/responses_stream.hpp"

namespace refrain::providers::openai {
namespace {

bool is_shape(std::string_view shape) {
    return shape == kJson || shape == kSse;
}

bool is_stream(std::string_view form) {
    return parse_echo_form(form).shape == kSse;
}

std::string_view ending_reason(const Json& response) {
    const auto status = string_of(response, "status");
    if (status == "completed") {
        return "";
    }
    const Json* details = find(response, "incomplete_details");
    const auto reason = details != nullptr ? string_of(*details, "reason") : std::string_view();
    if (reason == "content_filter") {
        return "content-filter";
    }
    return status == "incomplete" && reason == "max_output_tokens" ? "" : "unfinished";
}

Verdict judge_response(const Json& response) {
    if (const auto reason = ending_reason(response); !reason.empty()) {
        return refused(reason);
    }
    const Json* output = find(response, "output");
    if (string_of(response, "id").empty() || output == nullptr || !output->is_array()) {
        return refused("malformed");
    }
    for (const Json& item : *output) {
        if (string_of(item, "type").empty()) {
            return refused("malformed");
        }
    }
    return {};
}

// The response of an answer that was judged good: of a stream, that of the last event with one.
std::optional<Json> response_of(const Answer& answer) {
    std::string text(is_stream(answer.form) ? std::string_view() : answer.body);
    if (is_stream(answer.form)) {
        std::string last;
        EventReader events(answer.body);
        for (http::SseEvent event; events.next(event);) {
            if (may_have_object(event.data, "response")) {
                last = std::move(event.data);
            }
        }
        text = member_text(last, "response").value_or("");
    }
    auto response = object_of(text);
    return response ? std::optional<Json>(std::move(*response)) : std::nullopt;
}

Result<std::string> in_shape(const Answer& recorded, std::string_view shape) {
    return shape == kSse ? responses_whole_to_stream(recorded.body)
                         : responses_stream_to_whole(recorded.body);
}

std::string with_echo_in_stream(std::string_view stream, EchoChange change) {
    const auto filter = echo_filter(std::move(change));
    std::string passed = filter->feed(stream);
    passed += filter->finish();
    return passed;
}

}  // namespace

Verdict judge_responses(const Plan&, const Answer& answer) {
    if (const auto fault = envelope_fault(answer)) {
        return refused(*fault);
    }
    std::string text;
    if (is_stream(answer.form)) {
        auto terminal = responses_stream_to_whole(answer.body);
        if (!terminal) {
            return refused(terminal.error().message);
        }
        text = std::move(*terminal);
    }
    const auto response = object_of(is_stream(answer.form) ? std::string_view(text) : answer.body);
    return response ? judge_response(*response) : refused(response.error().message);
}

Usage responses_usage(const Answer& answer) {
    const auto response = response_of(answer);
    return response ? input_usage(*response) : Usage{};
}

bool can_render_responses(std::string_view recorded_form, std::string_view wanted_form) noexcept {
    return recorded_form == wanted_form || (is_shape(parse_echo_form(recorded_form).shape) &&
                                            is_shape(parse_echo_form(wanted_form).shape));
}

Result<Rendered> render_responses(const Answer& recorded, std::string_view wanted_form) {
    if (!can_render_responses(recorded.form, wanted_form)) {
        return failure(ErrorCode::unsupported, Origin::gateway, "no such form of this answer");
    }
    const auto from = parse_echo_form(recorded.form);
    const auto to = parse_echo_form(wanted_form);
    Rendered result{std::string(recorded.content_type), std::string(recorded.body)};
    if (from.shape != to.shape) {
        auto body = in_shape(recorded, to.shape);
        if (!body) {
            return failure(std::move(body.error()));
        }
        result = {std::string(to.shape == kSse ? kSseType : kJsonType), std::move(*body)};
    }
    if (from.echo != to.echo) {
        EchoChange change{std::string(from.echo), std::string(to.echo)};
        result.body = to.shape == kSse ? with_echo_in_stream(result.body, std::move(change))
                                       : with_echo(result.body, change);
    }
    return result;
}

std::unique_ptr<LiveFilter> responses_live_filter(std::string_view recorded_form,
                                                  std::string_view wanted_form) {
    const auto from = parse_echo_form(recorded_form);
    const auto to = parse_echo_form(wanted_form);
    if (from.shape != kSse || to.shape != kSse) {
        return nullptr;
    }
    return echo_filter({std::string(from.echo), std::string(to.echo)});
}

std::vector<std::string> responses_names(const Answer& answer) {
    const auto response = response_of(answer);
    if (!response) {
        return {};
    }
    const Json* store = find(*response, "store");
    const auto id = string_of(*response, "id");
    if (id.empty() || (store != nullptr && *store == false)) {
        return {};
    }
    return {"response:" + std::string(id)};
}

}  // namespace refrain::providers::openai
