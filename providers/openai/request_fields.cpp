#include "providers/openai/request_fields.hpp"

#include "providers/json_splice.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace refrain::providers::openai {

namespace {

constexpr std::string_view kInvalidField = "invalid-field";
// More choices than any provider gives.
constexpr std::int64_t kMaxChoices = 1024;

bool is_schema_name(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 5> kNames{
        "parameters", "schema", "output_schema", "input_schema", "guided_json"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

void write_schemas_in_order(Json& value);

void write_member_in_order(std::string_view name, Json& member) {
    if (is_schema_name(name) && member.is_structured()) {
        member = json_written_as(ordered_json_text(member));
    } else {
        write_schemas_in_order(member);
    }
}

void write_schemas_in_order(Json& value) {
    if (value.is_array()) {
        for (Json& element : value)
            write_schemas_in_order(element);
    }
    if (!value.is_object()) return;
    for (auto& [name, member] : value.get_ref<Json::object_t&>()) {
        write_member_in_order(name, member);
    }
}

bool is_removed(const FieldRule& rule, const Json& value) {
    switch (rule.effect) {
        case FieldRule::Effect::none: return true;
        case FieldRule::Effect::nullable:
            if (value.is_null()) return true;
            break;
        case FieldRule::Effect::plain: break;
    }
    return !rule.default_value.empty() && canonical_json(value) == rule.default_value;
}

}  // namespace

RequestDraft::RequestDraft(Operation operation, const Request& request, const KeyOptions& options)
    : request_(request), options_(options) {
    plan_.operation = operation;
    plan_.wanted_form = kJson;
    if (!is_json_in_utf8(request.content_type)) {
        refuse("content-type");
        return;
    }
    auto parsed = parse_json_as_written(request.body);
    if (!parsed) {
        refuse(parsed.error().message);
    } else if (!parsed->is_object()) {
        refuse("invalid-json");
    } else {
        body_ = std::move(*parsed);
    }
}

void RequestDraft::refuse(std::string_view reason) {
    if (plan_.bypass.empty()) plan_.bypass = reason;
}

Json* RequestDraft::find(std::string_view name) {
    if (!body_.is_object()) return nullptr;
    const auto found = body_.find(name);
    return found == body_.end() || found->is_null() ? nullptr : &*found;
}

bool RequestDraft::flag(std::string_view name) {
    const Json* value = find(name);
    if (value == nullptr) return false;
    if (value->is_boolean()) return value->get<bool>();
    refuse(kInvalidField);
    return false;
}

std::string RequestDraft::text(std::string_view name) {
    const Json* value = find(name);
    if (value == nullptr) return {};
    if (value->is_string()) return value->get<std::string>();
    refuse(kInvalidField);
    return {};
}

Json* RequestDraft::object(std::string_view name) {
    Json* value = find(name);
    if (value == nullptr || value->is_object()) return value;
    refuse(kInvalidField);
    return nullptr;
}

void RequestDraft::require_model() {
    plan_.model = text("model");
    if (plan_.model.empty()) refuse("no-model");
}

void RequestDraft::read_choices() {
    const Json* value = find("n");
    if (value == nullptr) return;
    const double count = number_value(*value).value_or(0);
    if (count >= 1 && count <= static_cast<double>(kMaxChoices)) {
        plan_.choices = static_cast<int>(count);
    }
    if (count != plan_.choices) refuse(kInvalidField);
}

void RequestDraft::sort_set(std::string_view name) {
    Json* value = find(name);
    if (value == nullptr || !value->is_array()) return;
    auto& elements = value->get_ref<Json::array_t&>();
    const bool all_text = std::all_of(
        elements.begin(), elements.end(), [](const Json& element) { return element.is_string(); });
    if (all_text) std::sort(elements.begin(), elements.end());
}

void RequestDraft::note_left_out(std::string_view name) {
    auto& names = plan_.left_out;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

void RequestDraft::leave_out(std::string_view name) {
    if (!body_.is_object() || body_.erase(std::string(name)) == 0) return;
    note_left_out(name);
}

void RequestDraft::drop_member(std::string_view field,
                               std::string_view member,
                               std::string_view default_value) {
    Json* value = object(field);
    if (value == nullptr) return;
    const auto found = value->find(member);
    if (found == value->end()) return;
    if (!found->is_null() && canonical_json(*found) != default_value) return;
    value->erase(found);
    note_left_out(std::string(field) + "." + std::string(member));
    if (value->empty()) body_.erase(std::string(field));
}

void RequestDraft::apply(std::span<const FieldRule> rules) {
    if (!body_.is_object()) return;
    Json::object_t kept;
    kept.reserve(body_.size());
    for (auto& [name, value] : body_.get_ref<Json::object_t&>()) {
        const auto rule = std::find_if(
            rules.begin(), rules.end(), [&name = name](const auto& r) { return r.name == name; });
        if (rule != rules.end() && is_removed(*rule, value)) {
            note_left_out(name);
        } else {
            kept.Json::object_t::Container::emplace_back(name, std::move(value));
        }
    }
    body_ = std::move(kept);
}

void RequestDraft::keep_schema_order(std::string_view conversation) {
    if (!body_.is_object()) return;
    for (auto& [name, value] : body_.get_ref<Json::object_t&>()) {
        if (name != conversation) write_member_in_order(name, value);
    }
}

Plan RequestDraft::finish() && {
    if (plan_.upstream_form.empty()) plan_.upstream_form = plan_.wanted_form;
    if (!plan_.bypass.empty()) {
        // Forwarded as it came.
        plan_.upstream_form = plan_.wanted_form;
        plan_.upstream_body.reset();
        return std::move(plan_);
    }
    Json request = Json::object();
    request.emplace("body", std::move(body_));
    add_query_and_headers(request, request_);
    plan_.canonical = canonical_json(request);
    return std::move(plan_);
}

void leave_out_stream_options(RequestDraft& draft) {
    Json* options = draft.object("stream_options");
    if (options == nullptr) return;
    options->erase("include_usage");
    options->erase("include_obfuscation");
    draft.note_left_out("stream_options");
    if (options->empty()) draft.leave_out("stream_options");
}

void plan_chunk_forms(RequestDraft& draft) {
    Plan& plan = draft.plan();
    if (!draft.flag("stream")) return;
    const Json* options = draft.object("stream_options");
    const Json* include =
        options != nullptr ? openai::find_set(*options, "include_usage") : nullptr;
    if (include != nullptr && !include->is_boolean()) draft.refuse(kInvalidField);
    if (include != nullptr && *include == true) {
        plan.wanted_form = plan.upstream_form = kSseUsage;
        return;
    }
    plan.wanted_form = kSse;
    plan.upstream_form = kSseUsage;
    const std::string_view body = draft.request().body;
    const std::string_view written =
        options != nullptr ? member_text(body, "stream_options").value_or("{}") : "{}";
    plan.upstream_body =
        with_member(body, "stream_options", with_member(written, "include_usage", "true"));
}

std::string form_by_type(std::string_view content_type, const Plan& plan) {
    const bool asked_stream = plan.upstream_form.starts_with(kSse);
    if (is_event_stream_type(content_type) && !asked_stream) return std::string(kSse);
    if (is_json_type(content_type) && asked_stream) return std::string(kJson);
    return plan.upstream_form;
}

}  // namespace refrain::providers::openai
