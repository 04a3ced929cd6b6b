#include "providers/google/request_draft.hpp"

#include "http/target.hpp"
#include "providers/canonical_request.hpp"
#include "providers/google/answer_forms.hpp"
#include "providers/google/proto_json.hpp"

#include <algorithm>
#include <array>

namespace refrain::providers::google {

namespace {

// System parameters that cannot change an answer:
// https://cloud.google.com/apis/docs/system-parameters.
bool is_neutral_parameter(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 3> kNeutral{
        "quotaUser", "uploadType", "upload_protocol"};
    return std::find(kNeutral.begin(), kNeutral.end(), name) != kNeutral.end();
}

void append_parameter(std::string& query, std::string_view parameter) {
    if (!query.empty()) query.push_back('&');
    query.append(parameter);
}

}  // namespace

RequestDraft::RequestDraft(Operation operation, const Request& request, const KeyOptions& options)
    : request_(request), options_(options) {
    plan_.operation = operation;
    plan_.wanted_form = kJson;
    read_query();
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

void RequestDraft::read_query() {
    std::string_view rest = request_.query;
    while (!rest.empty()) {
        const std::string_view parameter = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(parameter.size() + 1, rest.size()));
        const auto pairs = http::parse_query(parameter);
        if (pairs.empty()) continue;
        const auto& [name, value] = pairs.front();
        if (name == "alt" && alt_.empty()) {
            alt_ = value;
        } else if (name == "$alt" && dollar_alt_.empty()) {
            if (value != "json") dollar_alt_ = parameter;
            if (!value.starts_with("json")) refuse("alt");
        } else if (is_neutral_parameter(name)) {
            note_left_out(name);
        } else {
            append_parameter(query_, parameter);
        }
    }
}

void RequestDraft::read(const Message& message) {
    read_message(message, true);
}

void RequestDraft::read_message(const Message& message, bool numbers_are_known) {
    using Numbering = ProtoReader::Numbering;
    ProtoReader reader(options_, numbers_are_known ? Numbering::as_in_tables : Numbering::unknown);
    reader.read(body_, message);
    if (!reader.refusal().empty()) refuse(reader.refusal());
    for (const auto& name : reader.left_out())
        note_left_out(name);
    plan_.asked.audio_milliseconds += reader.sound_duration().count();
}

void RequestDraft::refuse(std::string_view reason) {
    if (plan_.bypass.empty()) plan_.bypass = reason;
}

void RequestDraft::require_json() {
    if (!alt_.empty() && alt_ != "json") refuse("alt");
}

void RequestDraft::answer_has_no_enumerators() {
    dollar_alt_.clear();
}

void RequestDraft::note_left_out(std::string_view name) {
    auto& names = plan_.left_out;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

void RequestDraft::read(const Message& message, const CallPath& call) {
    read_message(message, !call.is_vertex());
    plan_.model = call.model();
    const auto named = body_.is_object() ? body_.find("model") : body_.end();
    if (named != body_.end() && *named == Json(call.resource)) body_.erase("model");
}

Plan RequestDraft::finish(std::string_view path) && {
    if (plan_.upstream_form.empty()) plan_.upstream_form = plan_.wanted_form;
    if (!plan_.bypass.empty()) return std::move(plan_);
    Request rest = request_;
    rest.query = std::move(query_);
    if (!dollar_alt_.empty()) append_parameter(rest.query, dollar_alt_);
    Json whole = Json::object();
    whole.emplace("body", std::move(body_));
    whole.emplace("path", path);
    add_query_and_headers(whole, rest);
    plan_.canonical = canonical_json(whole);
    return std::move(plan_);
}

}  // namespace refrain::providers::google
