// POST /v1/audio/speech: real sound that depends on text, voice, speed, instructions and format.
#include "base/text_code.hpp"
#include "samples/demo_provider/endpoints.hpp"
#include "samples/demo_provider/sound_file.hpp"
#include "samples/demo_provider/text.hpp"
#include "samples/demo_provider/voice.hpp"

#include <algorithm>
#include <cmath>

namespace refrain::demo {
namespace {

constexpr std::size_t kMostCharacters = 4096;
constexpr std::size_t kPieceBytes = 4096;
constexpr double kTokensPerSecond = 20;  // of sound, about what gpt-4o-mini-tts is billed

Answer wrong(const std::string& message, const std::string& param) {
    return problem_answer({.status = 400, .message = message, .param = param, .code = ""});
}

std::string voice_in(const Json& body) {
    const Json& voice = body.at("voice");
    if (voice.is_string()) return voice.get<std::string>();
    return voice.is_object() ? voice.value("id", "") : "";
}

std::optional<Answer> unusable(const Json& body) {
    if (auto missing = missing_field(body, {"model", "input", "voice"})) return missing;
    if (auto unknown = unknown_model(body)) return unknown;
    const std::string input = body.at("input").is_string() ? body["input"].get<std::string>() : "";
    if (input.empty()) return wrong("'input' must be a text that is not empty.", "input");
    if (shorten(input, kMostCharacters).size() < input.size()) {
        return wrong("'input' is longer than 4096 characters.", "input");
    }
    if (voice_in(body).empty()) return wrong("'voice' must be a name or an id.", "voice");
    if (sound_format(field_or<std::string>(body, "response_format", "mp3")) == nullptr) {
        return wrong("'response_format' must be one of mp3, opus, aac, flac, wav and pcm.",
                     "response_format");
    }
    const double speed = field_or(body, "speed", 1.0);
    if (speed < 0.25 || speed > 4) return wrong("'speed' must be from 0.25 to 4.", "speed");
    const bool wants_events = field_or<std::string>(body, "stream_format", "audio") == "sse";
    if (wants_events && body.at("model").get<std::string>().starts_with("tts-1")) {
        return wrong("'stream_format' sse is not for tts-1 and tts-1-hd.", "stream_format");
    }
    return {};
}

std::vector<Event> as_pieces(const std::string& sound) {
    std::vector<Event> pieces;
    for (std::size_t at = 0; at < sound.size(); at += kPieceBytes)
        pieces.push_back({sound.substr(at, kPieceBytes), true});
    return pieces;
}

std::vector<Event> as_events(const std::string& sound, const Json& usage) {
    std::vector<Event> events;
    for (const Event& piece : as_pieces(sound)) {
        events.push_back(data_event(
            {{"type", "speech.audio.delta"}, {"audio", base64_encode(piece.bytes)}}, true));
    }
    events.push_back(data_event({{"type", "speech.audio.done"}, {"usage", usage}}));
    return events;
}

}  // namespace

Answer speech(const Call& call) {
    if (auto refusal = unusable(call.body)) return *std::move(refusal);
    const auto input = call.body.at("input").get<std::string>();
    const auto instructions = field_or<std::string>(call.body, "instructions", "");
    Speaker speaker;
    speaker.voice = voice_in(call.body);
    speaker.mood = call.body.at("model").get<std::string>() + "\n" + instructions;
    speaker.speed = field_or(call.body, "speed", 1.0);
    const auto samples = speak(input, speaker);
    const auto* format = sound_format(field_or<std::string>(call.body, "response_format", "mp3"));
    const auto sound = encode_sound(samples, *format, input);
    if (!sound) {
        return problem_answer({.status = 500,
                               .message = "The sound could not be encoded.",
                               .type = "server_error",
                               .param = "",
                               .code = ""});
    }
    if (field_or<std::string>(call.body, "stream_format", "audio") == "sse") {
        const double seconds = static_cast<double>(samples.size()) / kSpeechRate;
        const auto heard = static_cast<std::size_t>(std::ceil(seconds * kTokensPerSecond));
        const auto read = count_tokens(input) + count_tokens(instructions);
        return stream_answer(as_events(
            *sound,
            {{"input_tokens", read}, {"output_tokens", heard}, {"total_tokens", read + heard}}));
    }
    Answer answer = stream_answer(as_pieces(*sound));
    answer.content_type = format->content_type;
    return answer;
}

}  // namespace refrain::demo
