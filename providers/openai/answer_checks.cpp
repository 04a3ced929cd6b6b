#include "providers/openai/answer_checks.hpp"

#include "providers/openai/answer_forms.hpp"

namespace refrain::providers::openai {

std::optional<std::string> envelope_fault(const Answer& answer) {
    if (answer.status != 200) {
        return "status-" + std::to_string(answer.status);
    }
    const bool fits = answer.form.starts_with(kSse) ? is_event_stream_type(answer.content_type)
                                                    : is_json_type(answer.content_type);
    if (!fits) {
        return "content-type";
    }
    return std::nullopt;
}

Result<Json> object_of(std::string_view body) {
    auto json = parse_json_as_written(body);
    if (!json) {
        return bad_answer(std::move(json.error().message));
    }
    if (!json->is_object()) {
        return bad_answer("malformed");
    }
    if (find_set(*json, "error") != nullptr) {
        return bad_answer("error-object");
    }
    return json;
}

Result<Json> json_answer(const Answer& answer) {
    if (auto fault = envelope_fault(answer)) {
        return bad_answer(std::move(*fault));
    }
    return object_of(answer.body);
}

std::optional<std::size_t> index_of(const Json& value) {
    const Json* index = find(value, "index");
    if (index == nullptr || !index->is_number_integer()) {
        return std::nullopt;
    }
    // A negative one becomes huge.
    const auto number = index->get<std::uint64_t>();
    return number < kMaxIndex ? std::optional<std::size_t>(number) : std::nullopt;
}

}  // namespace refrain::providers::openai
