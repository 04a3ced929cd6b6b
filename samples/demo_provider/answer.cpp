#include "samples/demo_provider/answer.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"

namespace refrain::demo {

Answer json_answer(const Json& body, int status) {
    Answer answer;
    answer.status = status;
    answer.body = body.dump(2) + "\n";
    return answer;
}

Answer stream_answer(std::vector<Event> events) {
    Answer answer;
    answer.content_type = "text/event-stream; charset=utf-8";
    answer.events = std::move(events);
    return answer;
}

Answer problem_answer(const Problem& problem) {
    const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    return json_answer({{"error",
                         {{"message", problem.message},
                          {"type", problem.type},
                          {"param", or_null(problem.param)},
                          {"code", or_null(problem.code)}}}},
                       problem.status);
}

std::optional<Answer> unknown_model(const Json& body) {
    const std::string model = field_or<std::string>(body, "model", "");
    if (model.find("missing") == std::string::npos) return {};
    return problem_answer(
        {.status = 404,
         .message = "The model `" + model + "` does not exist or you do not have access to it.",
         .param = "",
         .code = "model_not_found"});
}

std::optional<Answer> missing_field(const Json& body, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (!field_or_null(body, name).is_null()) continue;
        return problem_answer(
            {.message = std::string("Missing required parameter: '") + name + "'.",
             .param = name,
             .code = "missing_required_parameter"});
    }
    return {};
}

Json field_or_null(const Json& body, const char* name) {
    const auto found = body.find(name);
    return found == body.end() ? Json() : *found;
}

Event data_event(const Json& data, bool is_paced) {
    return {"data: " + data.dump() + "\n\n", is_paced};
}

Event named_event(const std::string& name, const Json& data, bool is_paced) {
    return {"event: " + name + "\ndata: " + data.dump() + "\n\n", is_paced};
}

std::string fresh_id(std::string_view prefix, std::size_t length) {
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string id(prefix);
    for (const char byte : random_bytes(length)) {
        id += kAlphabet[static_cast<unsigned char>(byte) % kAlphabet.size()];
    }
    return id;
}

std::int64_t unix_seconds() {
    return wall_now().ms / 1000;
}

}  // namespace refrain::demo
