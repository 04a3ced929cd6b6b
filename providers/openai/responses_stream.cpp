#include "providers/openai/responses_stream.hpp"

#include "providers/json.hpp"
#include "providers/json_splice.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_events.hpp"
#include "providers/openai/responses_events.hpp"

#include <algorithm>

namespace refrain::providers::openai {
namespace {

bool is_terminal(std::string_view type) {
    return type == "response.completed" || type == "response.incomplete" ||
           type == "response.failed";
}

// A response as it is announced: nothing in it yet.
Json announced(Json response) {
    response["status"] = "in_progress";
    response["output"] = Json::array();
    for (const char* name : {"usage", "error", "incomplete_details"}) {
        response[name] = nullptr;
    }
    if (response.contains("completed_at")) {
        response["completed_at"] = nullptr;
    }
    return response;
}

// The type of an event, or why it ends a stream badly.
Result<std::string> checked_type(const http::SseEvent& event) {
    const auto json = object_of(event.data);
    if (!json) {
        return failure(json.error());
    }
    std::string type(string_of(*json, "type"));
    if (type == "error") {
        return bad_answer("error-object");
    }
    if (type.empty() || (!event.type.empty() && event.type != type)) {
        return bad_answer("malformed");
    }
    if (is_terminal(type)) {
        const Json* response = find(*json, "response");
        if (response == nullptr || !response->is_object()) {
            return bad_answer("malformed");
        }
        if (type != "response." + std::string(string_of(*response, "status"))) {
            return bad_answer("malformed");
        }
    }
    return type;
}

}  // namespace

Result<std::string> responses_whole_to_stream(std::string_view json) {
    auto response = object_of(json);
    if (!response) {
        return failure(std::move(response.error()));
    }
    const std::string terminal = "response." + std::string(string_of(*response, "status"));
    const Json* output = find(*response, "output");
    const auto is_object = [](const Json& item) { return item.is_object(); };
    if (!is_terminal(terminal) || output == nullptr || !output->is_array() ||
        !std::all_of(output->begin(), output->end(), is_object)) {
        return bad_answer("malformed");
    }
    const Json items = *output;
    const Json start{{"response", announced(std::move(*response))}};
    ResponseEvents events;
    events.add("response.created", start);
    events.add("response.in_progress", start);
    for (std::size_t i = 0; i < items.size(); ++i) {
        events.add_item(i, items[i]);
    }
    events.add(terminal, Json{{"response", json_written_as(on_one_line(json))}});
    return events.take();
}

Result<std::string> responses_stream_to_whole(std::string_view stream) {
    std::string response;
    EventReader events(stream);
    for (http::SseEvent event; events.next(event);) {
        const bool is_ended = !response.empty();
        if (is_ended && event.data == "[DONE]") {  // some compatible servers
            continue;
        }
        const auto type = checked_type(event);
        if (!type) {
            return failure(type.error());
        }
        if (*type == "keepalive") {
            continue;
        }
        if (is_ended) {
            return bad_answer("after-end");
        }
        if (is_terminal(*type)) {
            response = member_text(event.data, "response").value_or("");
        }
    }
    if (!events.is_whole()) {
        return bad_answer("truncated");
    }
    if (response.empty()) {
        return bad_answer("not-terminated");
    }
    return response;
}

}  // namespace refrain::providers::openai
