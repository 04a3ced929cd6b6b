#include "providers/google/json_endpoint.hpp"

#include "providers/answer_members.hpp"

namespace refrain::providers::google {

Result<Rendered> JsonEndpoint::render(const Answer& recorded, std::string_view wanted_form) const {
    if (recorded.form != wanted_form) {
        return failure(ErrorCode::unsupported, Origin::gateway, "no such form of this answer");
    }
    return Rendered{std::string(recorded.content_type), std::string(recorded.body)};
}

bool JsonEndpoint::can_render(std::string_view recorded_form, std::string_view wanted_form) const {
    return recorded_form == wanted_form;
}

Result<Json> json_answer(const Answer& answer) {
    if (answer.status != 200) return bad_answer("status-" + std::to_string(answer.status));
    if (!is_json_type(answer.content_type)) return bad_answer("content-type");
    auto json = parse_json(answer.body);
    if (!json) return bad_answer(std::move(json.error().message));
    if (!json->is_object()) return bad_answer("malformed");
    if (find_set(*json, "error") != nullptr) return bad_answer("error-object");
    return json;
}

}  // namespace refrain::providers::google
