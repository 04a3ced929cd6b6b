#include "providers/google/answer_stream.hpp"

#include "http/sse.hpp"
#include "providers/answer_members.hpp"
#include "providers/google/answer_forms.hpp"

namespace refrain::providers::google {

namespace {

Result<Json> response_in(Result<Json> json) {
    if (!json) return bad_answer(std::move(json.error().message));
    if (!json->is_object()) return bad_answer("malformed");
    if (find_set(*json, "error") != nullptr) return bad_answer("error-object");
    return json;
}

Result<std::vector<Json>> events_of(std::string_view body) {
    http::SseSplitter splitter;
    splitter.feed(body);
    std::vector<Json> responses;
    http::SseEvent event;
    while (splitter.next(event)) {
        if (!event.has_data) continue;
        auto response = response_in(parse_json_as_written(event.data));
        if (!response) return failure(std::move(response.error()));
        responses.push_back(std::move(*response));
    }
    // There is no end mark: half an event is all that tells of a cut.
    if (splitter.rest().find_first_not_of("\r\n") != std::string_view::npos) {
        return bad_answer("truncated");
    }
    return responses;
}

Result<std::vector<Json>> elements_of(std::string_view body) {
    auto array = parse_json_as_written(body);
    if (!array) return bad_answer(std::move(array.error().message));
    if (!array->is_array()) return bad_answer("malformed");
    std::vector<Json> responses;
    for (Json& element : *array) {
        auto response = response_in(std::move(element));
        if (!response) return failure(std::move(response.error()));
        responses.push_back(std::move(*response));
    }
    return responses;
}

}  // namespace

Result<std::vector<Json>> read_responses(std::string_view body, std::string_view form) {
    if (form != kSse && form != kArray) {
        auto response = response_in(parse_json_as_written(body));
        if (!response) return failure(std::move(response.error()));
        std::vector<Json> one;
        one.push_back(std::move(*response));
        return one;
    }
    auto responses = form == kSse ? events_of(body) : elements_of(body);
    if (responses && responses->empty()) return bad_answer("not-terminated");
    return responses;
}

std::string write_responses(const std::vector<Json>& responses, std::string_view form) {
    std::string out;
    if (form == kArray) out.push_back('[');
    for (const Json& response : responses) {
        if (form == kSse) {
            out.append("data: ").append(ordered_json_text(response)).append("\r\n\r\n");
            continue;
        }
        if (form == kArray && &response != &responses.front()) out.append(",\r\n");
        out.append(ordered_json_text(response));
    }
    if (form == kArray) out.push_back(']');
    return out;
}

}  // namespace refrain::providers::google
