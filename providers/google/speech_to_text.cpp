// POST speech:recognize, and v2's recognizers/_:recognize with its settings in the request.
#include "providers/answer_members.hpp"
#include "providers/google/endpoints.hpp"
#include "providers/google/json_endpoint.hpp"
#include "providers/google/messages/speech.hpp"
#include "providers/google/recognizer_path.hpp"
#include "providers/google/request_draft.hpp"

#include <charconv>
#include <cmath>

namespace refrain::providers::google {

namespace {

constexpr std::size_t kMuchSound = 64 * 1024;
constexpr double kMillisecondsPerSecond = 1000;
constexpr double kMaxSeconds = 1e9;

// Phrases and classes that somebody may change at the provider, also named inside of phrases:
// "${projects/p/locations/global/customClasses/c}".
bool names_resource(const Json& config) {
    const std::string text = ordered_json_text(config);
    return text.find("/customClasses/") != std::string::npos ||
           text.find("/phraseSets/") != std::string::npos;
}

void read_config(RequestDraft& draft) {
    draft.plan().model = "default";
    const Json* config = find_set(draft.body(), "config");
    if (config == nullptr) return;
    const std::string_view model = string_of(*config, "model");
    if (!model.empty()) draft.plan().model = model;
    if (names_resource(*config)) draft.refuse("named-resource");
}

// "1.500s", absent if it is no duration.
std::optional<std::int64_t> milliseconds(std::string_view text) {
    if (!text.ends_with('s')) return std::nullopt;
    text.remove_suffix(1);
    double seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    if (!(seconds >= 0 && seconds <= kMaxSeconds)) return std::nullopt;
    return std::llround(seconds * kMillisecondsPerSecond);
}

// v1 says it at the top, v2 in the metadata.
std::optional<std::int64_t> billed(const Json& answer) {
    if (const auto time = milliseconds(string_of(answer, "totalBilledTime"))) return time;
    const Json* metadata = find_set(answer, "metadata");
    return metadata != nullptr ? milliseconds(string_of(*metadata, "totalBilledDuration"))
                               : std::nullopt;
}

class Recognize final : public JsonEndpoint {
  public:
    Operation operation() const noexcept override { return Operation::transcription; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        RequestDraft draft(operation(), request, options);
        const bool is_v2 = is_recognizer_call(request.path);
        if (is_v2 && names_recognizer(request.path)) draft.refuse("named-resource");
        draft.require_json();
        if (!draft.is_readable()) return std::move(draft).finish("");
        draft.read(is_v2 ? kRecognizeRequestV2 : kRecognizeRequest);
        draft.answer_has_no_enumerators();
        read_config(draft);
        return std::move(draft).finish(request.path);
    }

    bool plans_slowly(const Request& request) const override {
        return request.body.size() > kMuchSound;
    }

    // Silence has no results, but it was billed, or not.
    Verdict judge(const Plan&, const Answer& answer) const override {
        const auto whole = json_answer(answer);
        if (!whole) return refused(whole.error().message);
        const Json* results = find_set(*whole, "results");
        if (results == nullptr) return billed(*whole) ? Verdict{} : refused("malformed");
        return results->is_array() ? Verdict{} : refused("malformed");
    }

    Usage usage(const Plan& plan, const Answer& answer) const override {
        Usage usage = plan.asked;
        const auto whole = json_answer(answer);
        if (const auto time = whole ? billed(*whole) : std::nullopt) {
            usage.audio_milliseconds = *time;
        }
        return usage;
    }
};

}  // namespace

const Endpoint& recognize() {
    static const Recognize kRecognize;
    return kRecognize;
}

}  // namespace refrain::providers::google
