#include "base/text_code.hpp"
#include "samples/demo_provider/compose.hpp"
#include "samples/demo_provider/google.hpp"
#include "samples/demo_provider/recording.hpp"
#include "samples/demo_provider/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace refrain::demo {
namespace {

void append_number(std::string& out, std::uint32_t number, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out.push_back(static_cast<char>((number >> (8 * i)) & 0xFF));
}

std::string as_wav(const std::string& samples) {
    const auto size = static_cast<std::uint32_t>(samples.size());
    std::string wav = "RIFF";
    append_number(wav, 36 + size, 4);
    wav += "WAVEfmt ";
    append_number(wav, 16, 4);
    append_number(wav, 1, 2);  // integer PCM
    append_number(wav, 1, 2);  // one channel
    append_number(wav, kToneRate, 4);
    append_number(wav, kToneRate * 2, 4);
    append_number(wav, 2, 2);
    append_number(wav, 16, 2);
    wav += "data";
    append_number(wav, size, 4);
    return wav + samples;
}

// The enumerator by its name or number; "" if there is no such one.
std::string encoding_of(const Json& value) {
    constexpr std::array<std::string_view, 9> kNames{"AUDIO_ENCODING_UNSPECIFIED",
                                                     "LINEAR16",
                                                     "MP3",
                                                     "OGG_OPUS",
                                                     "MP3_64_KBPS",
                                                     "MULAW",
                                                     "ALAW",
                                                     "PCM",
                                                     "M4A"};
    for (std::size_t i = 1; i < kNames.size(); ++i) {
        if (value == Json(kNames[i]) || value == Json(i)) return std::string(kNames[i]);
    }
    return "";
}

std::optional<Recording> recording_in(const Call& call) {
    const Json audio = field_or_null(call.body, "audio");
    const Json content = field_or_null(audio.is_object() ? audio : call.body, "content");
    const auto bytes = base64_decode(content.is_string() ? content.get<std::string>() : "");
    if (!bytes || bytes->empty()) return std::nullopt;
    if (auto heard = listen(*bytes)) return heard;
    // Samples without a header, 16 kHz.
    Dice dice(*bytes);
    return Recording{ramble(dice, 1), std::chrono::milliseconds(bytes->size() / 32)};
}

}  // namespace

std::string tones(std::string_view text, std::string_view voice) {
    constexpr int kSamplesPerLetter = kToneRate / 20;
    const double base = 180 + static_cast<double>(Dice(voice).below(120));
    std::string samples;
    for (const char letter : text) {
        const double pitch =
            base * (1 + static_cast<double>(static_cast<unsigned char>(letter)) / 100);
        for (int i = 0; i < kSamplesPerLetter; ++i) {
            const double phase = 2 * std::numbers::pi * pitch * i / kToneRate;
            const auto sample = static_cast<std::int16_t>(8000 * std::sin(phase));
            append_number(samples, static_cast<std::uint16_t>(sample), 2);
        }
    }
    return samples;
}

Answer synthesize(const Call& call) {
    const Json input = field_or_null(call.body, "input");
    const auto sources = std::count_if(
        input.begin(), input.end(), [](const Json& member) { return member.is_string(); });
    if (!input.is_object() || sources != 1) {
        return google_problem({.message = "Exactly one of text, ssml and markup has to be set."});
    }
    const Json config = field_or_null(call.body, "audioConfig");
    const std::string encoding =
        config.is_object() ? encoding_of(field_or_null(config, "audioEncoding")) : "";
    if (encoding.empty()) {
        return google_problem({.message = "Invalid value at 'audio_config.audio_encoding'."});
    }
    const std::string samples =
        tones(input.front().get<std::string>(), field_or_null(call.body, "voice").dump());
    return json_answer(
        {{"audioContent", base64_encode(encoding == "PCM" ? samples : as_wav(samples))}});
}

Answer recognize(const Call& call) {
    const auto recording = recording_in(call);
    if (!recording) return google_problem({.message = "Request must contain audio content."});
    const auto begun_seconds = (recording->duration.count() + 999) / 1000;
    const std::string billed = std::to_string(begun_seconds) + "s";
    Json result = {{"alternatives", {{{"transcript", recording->text}, {"confidence", 0.9375}}}},
                   {"resultEndTime", billed},
                   {"languageCode", "en-us"}};
    if (call.path.starts_with("/v2/")) {
        return json_answer({{"results", Json::array({std::move(result)})},
                            {"metadata", {{"totalBilledDuration", billed}}}});
    }
    return json_answer({{"results", Json::array({std::move(result)})},
                        {"totalBilledTime", billed},
                        {"requestId", fresh_id("", 19)}});
}

}  // namespace refrain::demo
