#include "providers/openai/transcript_stream.hpp"

#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_events.hpp"

#include <optional>

namespace refrain::providers::openai {

namespace {

constexpr std::string_view kFamily = "transcript.";
constexpr std::string_view kDelta = "transcript.text.delta";
constexpr std::string_view kDone = "transcript.text.done";

// Takes one event. The last of a good stream is left in `done`.
Result<void> read_event(const http::SseEvent& event, std::optional<Json>& done) {
    if (event.data == "[DONE]") return {};
    if (done) return bad_answer("after-end");
    if (event.type == "error") return bad_answer("error-object");
    auto json = object_of(event.data);
    if (!json) return failure(std::move(json.error()));
    const auto type = string_of(*json, "type");
    if (type == "error") return bad_answer("error-object");
    if (!type.starts_with(kFamily)) return bad_answer("malformed");
    if (type == kDone) done = std::move(*json);
    return {};
}

}  // namespace

Result<Json> transcript_of_stream(std::string_view stream) {
    std::optional<Json> done;
    EventReader events(stream);
    for (http::SseEvent event; events.next(event);) {
        const auto taken = read_event(event, done);
        if (!taken) return failure(taken.error());
    }
    if (!events.is_whole()) return bad_answer("truncated");
    if (!done) return bad_answer("not-terminated");
    done->erase("type");
    return *std::move(done);
}

Result<std::string> stream_of_transcript(std::string_view json) {
    const auto whole = object_of(json);
    if (!whole) return failure(whole.error());
    const Json* text = find(*whole, "text");
    if (text == nullptr || !text->is_string()) return bad_answer("malformed");
    std::string stream;
    if (!text->get_ref<const std::string&>().empty()) {
        Json delta{{"type", kDelta}, {"delta", *text}};
        if (const Json* logprobs = find_set(*whole, "logprobs")) delta["logprobs"] = *logprobs;
        append_event(stream, "", ordered_json_text(delta));
    }
    Json done{{"type", kDone}};
    done.update(*whole);
    append_event(stream, "", ordered_json_text(done));
    return stream;
}

}  // namespace refrain::providers::openai
