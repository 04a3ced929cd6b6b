#include "samples/demo_provider/endpoints.hpp"
#include "samples/demo_provider/recording.hpp"
#include "samples/demo_provider/text.hpp"

#include <cstdio>

namespace refrain::demo {
namespace {

std::string field(const Call& call, const std::string& name, const std::string& fallback = "") {
    const auto found = call.form.find(name);
    return found == call.form.end() ? fallback : found->second;
}

bool is_whisper(const Call& call) {
    return field(call, "model").starts_with("whisper");
}

std::int64_t begun_seconds(const Recording& recording) {
    return (recording.duration.count() + 999) / 1000;
}

double seconds(const Recording& recording) {
    return static_cast<double>(recording.duration.count()) / 1000;
}

Json duration_usage(const Recording& recording) {
    return {{"type", "duration"}, {"seconds", begun_seconds(recording)}};
}

// Ten tokens a second of sound, as GPT-4o's are about.
Json usage(const Call& call, const Recording& recording) {
    if (is_whisper(call)) return duration_usage(recording);
    const auto audio = recording.duration.count() / 100;
    const auto text = static_cast<std::int64_t>(count_tokens(field(call, "prompt")));
    const auto output = static_cast<std::int64_t>(split_tokens(recording.text).size());
    return {{"type", "tokens"},
            {"input_tokens", audio + text},
            {"input_token_details", {{"text_tokens", text}, {"audio_tokens", audio}}},
            {"output_tokens", output},
            {"total_tokens", audio + text + output}};
}

Json verbose_json(const Call& call, const std::string& task, const Recording& recording) {
    const std::string granularities = field(call, "timestamp_granularities[]", "segment");
    Json json = {{"task", task},
                 {"language", "english"},
                 {"duration", seconds(recording)},
                 {"text", recording.text}};
    if (granularities.find("word") != granularities.npos) {
        for (const Stretch& word : words_of(recording)) {
            json["words"].push_back(
                {{"word", word.text}, {"start", word.start}, {"end", word.end}});
        }
    }
    if (granularities.find("segment") != granularities.npos) {
        json["segments"] = Json::array();
        for (const Stretch& sentence : sentences_of(recording)) {
            json["segments"].push_back({{"id", json["segments"].size()},
                                        {"seek", 0},
                                        {"start", sentence.start},
                                        {"end", sentence.end},
                                        {"text", " " + sentence.text},
                                        {"tokens", Json::array({50364})},
                                        {"temperature", 0.0},
                                        {"avg_logprob", -0.25},
                                        {"compression_ratio", 1.5},
                                        {"no_speech_prob", 0.01}});
        }
    }
    json["usage"] = duration_usage(recording);
    return json;
}

Json diarized_json(const Recording& recording) {
    Json segments = Json::array();
    for (const Stretch& sentence : sentences_of(recording)) {
        segments.push_back({{"type", "transcript.text.segment"},
                            {"id", "seg_" + std::to_string(segments.size())},
                            {"start", sentence.start},
                            {"end", sentence.end},
                            {"text", sentence.text},
                            {"speaker", segments.size() % 2 == 0 ? "A" : "B"}});
    }
    return {{"task", "transcribe"},
            {"duration", seconds(recording)},
            {"text", recording.text},
            {"segments", std::move(segments)},
            {"usage", duration_usage(recording)}};
}

std::string time_text(double time, char mark) {
    const auto ms = static_cast<long>(time * 1000 + 0.5);
    char text[32];
    std::snprintf(text,
                  sizeof text,
                  "%02ld:%02ld:%02ld%c%03ld",
                  ms / 3'600'000,
                  ms / 60'000 % 60,
                  ms / 1000 % 60,
                  mark,
                  ms % 1000);
    return text;
}

std::string subtitles(const Recording& recording, bool is_vtt) {
    std::string text = is_vtt ? "WEBVTT\n\n" : "";
    int count = 0;
    for (const Stretch& sentence : sentences_of(recording)) {
        const char mark = is_vtt ? '.' : ',';
        if (!is_vtt) text += std::to_string(++count) + "\n";
        text += time_text(sentence.start, mark) + " --> " + time_text(sentence.end, mark) + "\n" +
                sentence.text + "\n\n";
    }
    return text;
}

Answer plain(std::string body) {
    Answer answer;
    answer.content_type = "text/plain; charset=utf-8";
    answer.body = std::move(body);
    return answer;
}

Json logprobs(const Recording& recording) {
    Json list = Json::array();
    for (const std::string& token : split_tokens(recording.text)) {
        list.push_back({{"token", token},
                        {"logprob", -0.5},
                        {"bytes", std::vector<unsigned char>(token.begin(), token.end())}});
    }
    return list;
}

bool wants_logprobs(const Call& call) {
    return field(call, "include[]").find("logprobs") != std::string::npos;
}

Json brief_json(const Call& call, const Recording& recording) {
    Json json = {{"text", recording.text}};
    if (wants_logprobs(call)) json["logprobs"] = logprobs(recording);
    json["usage"] = usage(call, recording);
    return json;
}

Answer stream(const Call& call, const Recording& recording) {
    std::vector<Event> events;
    for (const std::string& token : split_tokens(recording.text)) {
        events.push_back(data_event({{"type", "transcript.text.delta"}, {"delta", token}}, true));
    }
    Json done = {{"type", "transcript.text.done"}};
    done.update(brief_json(call, recording));
    events.push_back(data_event(done));
    return stream_answer(std::move(events));
}

std::optional<Answer> refused(const Call& call) {
    if (!call.file) {
        return problem_answer({.message = "Missing required parameter: 'file'.",
                               .param = "file",
                               .code = "missing_required_parameter"});
    }
    Json fields = Json::object();
    for (const auto& [name, value] : call.form)
        fields[name] = value;
    if (auto wrong = missing_field(fields, {"model"})) return wrong;
    if (auto wrong = unknown_model(fields)) return wrong;
    const std::string format = field(call, "response_format", "json");
    const bool timed = format == "srt" || format == "vtt" || format == "verbose_json";
    if (timed && !is_whisper(call)) {
        return problem_answer({.message = "response_format '" + format +
                                          "' is not compatible with model '" +
                                          field(call, "model") + "'.",
                               .param = "response_format",
                               .code = "unsupported_value"});
    }
    return {};
}

Answer answer(const Call& call, const std::string& task) {
    if (auto wrong = refused(call)) return *std::move(wrong);
    const auto recording = listen(call.file->content);
    if (!recording) {
        return problem_answer({.message = "Invalid file format. Supported formats: ['flac', 'm4a', "
                                          "'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', "
                                          "'webm']",
                               .param = "file",
                               .code = ""});
    }
    const std::string format = field(call, "response_format", "json");
    if (format == "text") return plain(recording->text + "\n");
    if (format == "srt" || format == "vtt") return plain(subtitles(*recording, format == "vtt"));
    if (format == "verbose_json") return json_answer(verbose_json(call, task, *recording));
    if (format == "diarized_json") return json_answer(diarized_json(*recording));
    if (task == "translate") return json_answer({{"text", recording->text}});
    if (field(call, "stream") == "true" && !is_whisper(call)) return stream(call, *recording);
    return json_answer(brief_json(call, *recording));
}

}  // namespace

Answer transcribe(const Call& call) {
    return answer(call, "transcribe");
}

// What the demo hears is English, or whatever its own speech said.
Answer translate(const Call& call) {
    return answer(call, "translate");
}

}  // namespace refrain::demo
