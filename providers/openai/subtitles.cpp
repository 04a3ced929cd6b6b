#include "providers/openai/subtitles.hpp"

#include "providers/openai/answer_checks.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

namespace refrain::providers::openai {

namespace {

constexpr double kMostSeconds = 1'000'000;

// Seconds as hours:minutes:seconds and milliseconds. Absent if they are no time.
std::optional<std::string> time_text(const Json* seconds, char separator) {
    const auto value = seconds != nullptr ? number_value(*seconds) : std::nullopt;
    if (!value || !(*value >= 0 && *value < kMostSeconds)) return std::nullopt;
    const auto ms = static_cast<std::int64_t>(std::llround(*value * 1000));
    return fmt::format("{:02}:{:02}:{:02}{}{:03}",
                       ms / 3'600'000,
                       ms / 60'000 % 60,
                       ms / 1000 % 60,
                       separator,
                       ms % 1000);
}

// Without white space at its ends, and without the arrow that would end a cue.
std::string cue_text(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    const auto first = text.find_first_not_of(kSpace);
    if (first == text.npos) return {};
    std::string cue(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
    // What is left of one arrow may be the end of another that begins a dash before.
    for (auto at = cue.find("-->"); at != cue.npos; at = cue.find("-->", at == 0 ? 0 : at - 1))
        cue.erase(at, 1);
    return cue;
}

// "START --> END", the text and an empty line.
Result<std::string> cue_of(const Json& segment, char separator) {
    const Json* text = find(segment, "text");
    const auto start = time_text(find(segment, "start"), separator);
    const auto end = time_text(find(segment, "end"), separator);
    if (text == nullptr || !text->is_string() || !start || !end) return bad_answer("malformed");
    return *start + " --> " + *end + "\n" + cue_text(text->get_ref<const std::string&>()) + "\n\n";
}

Result<const Json*> segments_of(const Json& transcript) {
    const Json* segments = find(transcript, "segments");
    // What a provider writes where nothing was said is not known.
    if (segments == nullptr || !segments->is_array() || segments->empty()) {
        return bad_answer("malformed");
    }
    return segments;
}

}  // namespace

Result<std::string> srt_of(const Json& transcript) {
    const auto segments = segments_of(transcript);
    if (!segments) return failure(segments.error());
    std::string srt;
    std::size_t count = 0;
    for (const Json& segment : **segments) {
        auto cue = cue_of(segment, ',');
        if (!cue) return cue;
        srt += std::to_string(++count) + "\n" + *cue;
    }
    return srt;
}

Result<std::string> vtt_of(const Json& transcript) {
    const auto segments = segments_of(transcript);
    if (!segments) return failure(segments.error());
    std::string vtt = "WEBVTT\n\n";
    for (const Json& segment : **segments) {
        auto cue = cue_of(segment, '.');
        if (!cue) return cue;
        vtt += *cue;
    }
    return vtt;
}

}  // namespace refrain::providers::openai
