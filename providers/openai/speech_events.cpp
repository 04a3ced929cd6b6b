#include "providers/openai/speech_events.hpp"

#include "base/text_code.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_events.hpp"
#include "providers/openai/answer_usage.hpp"

#include <algorithm>
#include <charconv>

namespace refrain::providers::openai {

namespace {

constexpr std::string_view kDelta = "speech.audio.delta";
constexpr std::string_view kDone = "speech.audio.done";

// Where an event stands; blocks of comments lie between two. The last one may lack its empty line,
// which the reader has added.
std::size_t find_event(std::string_view stream, std::size_t from, std::string_view raw) {
    const auto at = stream.find(raw, from);
    return at != stream.npos ? at : stream.find(raw.substr(0, raw.size() - 1), from);
}

// Adds one delta; false if its audio is no base64.
bool add_delta(const Json& json, std::string_view raw, std::size_t offset, SpokenEvents& events) {
    const auto text = string_of(json, "audio");
    const auto bytes = base64_decode(text);
    if (!bytes) return false;
    events.audio += *bytes;
    const auto at = raw.find(text);
    if (at == raw.npos) {
        events.spans.reset();
    } else if (events.spans && !text.empty()) {
        events.spans->push_back({offset + at, text.size(), bytes->size()});
    }
    return true;
}

// The envelope is a list of pairs: text, as "<size>:<bytes>", and the size of the sound that
// follows it, as "<size>;". The last sound is empty.
void append_size(std::string& out, std::size_t size, char end) {
    out.append(std::to_string(size)).push_back(end);
}

std::optional<std::size_t> take_size(std::string_view& text, char end) {
    std::size_t size = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), size);
    const auto used = static_cast<std::size_t>(read.ptr - text.data());
    if (read.ec != std::errc() || used == text.size() || text[used] != end) return std::nullopt;
    text.remove_prefix(used + 1);
    return size;
}

std::optional<std::string_view> take(std::string_view& from, std::optional<std::size_t> size) {
    if (!size || *size > from.size()) return std::nullopt;
    const auto taken = from.substr(0, *size);
    from.remove_prefix(*size);
    return taken;
}

}  // namespace

Result<SpokenEvents> read_speech_events(std::string_view stream) {
    SpokenEvents events;
    events.spans.emplace();
    bool is_ended = false;
    std::size_t offset = 0;
    EventReader reader(stream);
    for (http::SseEvent event; reader.next(event);) {
        const auto begin = find_event(stream, offset, event.raw);
        if (begin == stream.npos) return bad_answer("malformed");
        offset = std::min(begin + event.raw.size(), stream.size());
        if (event.data == "[DONE]") continue;  // not documented, but harmless
        if (is_ended) return bad_answer("after-end");
        const auto json = object_of(event.data);
        if (!json) return failure(json.error());
        const auto type = string_of(*json, "type");
        if (type == "error" || event.type == "error") return bad_answer("error-object");
        if (type == kDelta) {
            if (!add_delta(*json, event.raw, begin, events)) return bad_answer("malformed");
        } else if (type == kDone) {
            is_ended = true;
            events.usage = input_usage(*json);
            events.usage.audio_output_tokens = events.usage.output_tokens;
        }
    }
    if (!reader.is_whole()) return bad_answer("truncated");
    if (!is_ended) return bad_answer("not-terminated");
    return events;
}

std::string speech_envelope(std::string_view stream, const SpokenEvents& events) {
    std::string envelope;
    std::size_t at = 0;
    const auto add = [&](std::size_t end, std::size_t audio_bytes) {
        append_size(envelope, end - at, ':');
        envelope.append(stream.substr(at, end - at));
        append_size(envelope, audio_bytes, ';');
    };
    for (const auto& span : *events.spans) {
        add(span.begin, span.audio_bytes);
        at = span.begin + span.size;
    }
    add(stream.size(), 0);
    return envelope;
}

Result<std::string> join_speech_events(std::string_view envelope, std::string_view audio) {
    std::string stream;
    stream.reserve(envelope.size() + audio.size() / 3 * 4);
    while (!envelope.empty()) {
        const auto text = take(envelope, take_size(envelope, ':'));
        if (!text) return bad_answer("malformed");
        const auto sound = take(audio, take_size(envelope, ';'));
        if (!sound) return bad_answer("malformed");
        stream.append(*text).append(base64_encode(*sound));
    }
    if (!audio.empty()) return bad_answer("malformed");
    return stream;
}

}  // namespace refrain::providers::openai
