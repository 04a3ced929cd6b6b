#include "providers/openai/images_answer.hpp"

#include "base/text_code.hpp"
#include "providers/json.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_events.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/answer_usage.hpp"

#include <algorithm>
#include <vector>

namespace refrain::providers::openai {
namespace {

constexpr std::string_view kCompleted = "image_generation.completed";
constexpr std::string_view kPartial = "image_generation.partial_image";

// What the answer and its completed event both say about the image, in OpenAI's order.
constexpr const char* kDescription[] = {"background", "output_format", "quality", "size", "usage"};

void copy_description(const Json& from, Json& to) {
    for (const char* name : kDescription) {
        if (const Json* value = find(from, name)) {
            to[name] = *value;
        }
    }
}

bool is_base64(const Json* data) {
    return data != nullptr && data->is_string() && !data->get_ref<const std::string&>().empty() &&
           base64_decode(data->get_ref<const std::string&>()).has_value();
}

// The completed events of a stream that ended with the last of them.
Result<std::vector<Json>> completed_images(std::string_view stream) {
    std::vector<Json> images;
    bool is_ended = false;
    EventReader events(stream);
    for (http::SseEvent event; events.next(event);) {
        if (event.data == "[DONE]") {  // not documented, but harmless
            continue;
        }
        auto json = object_of(event.data);
        if (!json) {
            return failure(std::move(json.error()));
        }
        const auto type = string_of(*json, "type");
        if (type == "error" || event.type == "error") {
            return bad_answer("error-object");
        }
        is_ended = type == kCompleted;
        if (is_ended) {
            images.push_back(std::move(*json));
        } else if (type != kPartial) {
            return bad_answer("malformed");
        }
    }
    if (!events.is_whole()) {
        return bad_answer("truncated");
    }
    if (!is_ended) {
        return bad_answer("not-terminated");
    }
    return images;
}

// {created, …, data:[{b64_json}], usage} of completed events.
Json whole_of(const std::vector<Json>& images) {
    Json whole = Json::object();
    const Json& last = images.back();
    if (const Json* created = find(last, "created_at")) {
        whole["created"] = *created;
    }
    Json& data = whole["data"] = Json::array();
    for (const Json& image : images) {
        Json item = Json::object();
        if (const Json* bytes = find(image, "b64_json")) {
            item["b64_json"] = *bytes;
        }
        data.push_back(std::move(item));
    }
    copy_description(last, whole);
    return whole;
}

Result<Json> whole_answer(const Answer& answer) {
    if (!answer.form.starts_with(kSse)) {
        return object_of(answer.body);
    }
    const auto images = completed_images(answer.body);
    if (!images) {
        return failure(images.error());
    }
    return whole_of(*images);
}

Result<std::string> stream_of(std::string_view json) {
    const auto whole = object_of(json);
    if (!whole) {
        return failure(whole.error());
    }
    const Json* data = find(*whole, "data");
    if (data == nullptr || !data->is_array() || data->size() != 1 ||
        find(data->front(), "b64_json") == nullptr) {
        return bad_answer("malformed");
    }
    Json event{{"type", kCompleted}, {"b64_json", data->front().at("b64_json")}};
    if (const Json* created = find(*whole, "created")) {
        event["created_at"] = *created;
    }
    copy_description(*whole, event);
    std::string stream;
    append_event(stream, kCompleted, ordered_json_text(event));
    return stream;
}

}  // namespace

Verdict judge_images(const Plan& plan, const Answer& answer) {
    if (const auto fault = envelope_fault(answer)) {
        return refused(*fault);
    }
    const auto whole = whole_answer(answer);
    if (!whole) {
        return refused(whole.error().message);
    }
    const Json* data = find(*whole, "data");
    if (data == nullptr || !data->is_array()) {
        return refused("malformed");
    }
    if (data->size() < static_cast<std::size_t>(std::max(plan.choices, 1))) {
        return refused("missing-choices");
    }
    for (const Json& image : *data) {
        if (find_set(image, "url") != nullptr) {
            return refused("expiring-url");
        }
        if (!is_base64(find(image, "b64_json"))) {
            return refused("malformed");
        }
    }
    return {};
}

std::string image_kind(std::string_view quality, std::string_view size) {
    if (size.empty() || size == "auto") return {};
    if (quality.empty() || quality == "auto") return std::string(size);
    return std::string(quality) + "/" + std::string(size);
}

Usage images_usage(const Plan& plan, const Answer& answer) {
    const auto whole = whole_answer(answer);
    if (!whole) {
        return {};
    }
    Usage usage = input_usage(*whole);
    if (count_at(*whole, {"usage", "output_tokens_details", "text_tokens"}) == 0) {
        usage.image_output_tokens = usage.output_tokens;  // older models give no details
    }
    if (usage.input_tokens > 0 || usage.output_tokens > 0) {
        return usage;
    }
    // Billed by the image: what came, of the kind that the answer says, or else the request.
    const Json* data = find(*whole, "data");
    usage.images = data != nullptr && data->is_array() ? std::ssize(*data) : 0;
    usage.image_kind = image_kind(string_of(*whole, "quality"), string_of(*whole, "size"));
    if (usage.image_kind.empty()) usage.image_kind = plan.asked.image_kind;
    return usage;
}

bool can_render_images(std::string_view recorded_form, std::string_view wanted_form) noexcept {
    return recorded_form == wanted_form || (recorded_form == kJson && wanted_form == kSse) ||
           (wanted_form == kJson && (recorded_form == kSse || recorded_form == kSsePartial));
}

Result<Rendered> render_images(const Answer& recorded, std::string_view wanted_form) {
    if (recorded.form == wanted_form) {
        return Rendered{std::string(recorded.content_type), std::string(recorded.body)};
    }
    if (!can_render_images(recorded.form, wanted_form)) {
        return failure(ErrorCode::unsupported, Origin::gateway, "no such form of this answer");
    }
    if (wanted_form == kSse) {
        auto stream = stream_of(recorded.body);
        if (!stream) {
            return failure(std::move(stream.error()));
        }
        return Rendered{std::string(kSseType), std::move(*stream)};
    }
    const auto whole = whole_answer(recorded);
    if (!whole) {
        return failure(whole.error());
    }
    return Rendered{std::string(kJsonType), ordered_json_text(*whole)};
}

}  // namespace refrain::providers::openai
