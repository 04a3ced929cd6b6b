// POST /v1/audio/transcriptions and POST /v1/audio/translations.
#include "providers/audio/sound.hpp"
#include "providers/openai/answer_checks.hpp"
#include "providers/openai/answer_forms.hpp"
#include "providers/openai/endpoints.hpp"
#include "providers/openai/request_fields.hpp"
#include "providers/openai/transcript_answer.hpp"
#include "providers/openai/transcript_forms.hpp"
#include "providers/openai/upload_form.hpp"
#include "providers/prompt_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace refrain::providers::openai {

namespace {

constexpr std::string_view kFormat = "response_format";
constexpr std::string_view kGranularities = "timestamp_granularities[]";

bool is_whisper(std::string_view model) noexcept {
    return model.find("whisper") != model.npos;
}

// A plan in the making.
class Draft {
  public:
    Draft(Operation operation, const Request& request, const KeyOptions& options)
        : request_(request), options_(options) {
        plan_.operation = operation;
        plan_.wanted_form = kJson;
    }

    Plan make() && {
        read();
        plan_.upstream_form = plan_.wanted_form;
        return std::move(plan_);
    }

  private:
    void refuse(std::string_view reason) {
        if (plan_.bypass.empty()) plan_.bypass = reason;
    }

    void read() {
        auto form = read_upload(request_);
        if (!form) return refuse(form.error().message);
        form_ = std::move(*form);
        plan_.model = form_.value("model");
        plan_.left_out.emplace_back("filename");
        if (plan_.model.empty()) return refuse("no-model");
        read_format();
        read_stream();
        read_temperature();
        read_lists();
        read_prompt("prompt");
        read_prompt("keywords[]");
        if (plan_.bypass.empty()) read_sound();
    }

    // How the answer is written is a part of the key: only verbose_json can be made into others,
    // and is looked for beside them.
    void read_format() {
        const std::string_view given = form_.value(kFormat);
        if (given.empty()) return;
        const auto known = std::find(kTranscriptFormats.begin(), kTranscriptFormats.end(), given);
        if (known == kTranscriptFormats.end()) return refuse("invalid-field");
        plan_.wanted_form = *known;
        if (*known == kJson) leave_out(kFormat);
    }

    // JSON and its stream are one answer. whisper-1 does not stream, whatever it is asked.
    void read_stream() {
        const auto found = form_.fields.find("stream");
        if (found == form_.fields.end()) return;
        const std::string value = found->second.front();
        if (value != "true" && value != "false") return refuse("invalid-field");
        const bool is_whole = value == "false" || plan_.model == "whisper-1";
        if (is_whole || plan_.wanted_form == kJson) leave_out("stream");
        if (is_whole) return;
        plan_.wanted_form = plan_.wanted_form == kJson
                                ? std::string(kSse)
                                : std::string(kSse) + "+" + plan_.wanted_form;
    }

    // The same number however it is spelled; 0 is the default.
    void read_temperature() {
        const auto found = form_.fields.find("temperature");
        if (found == form_.fields.end()) return;
        std::string& text = found->second.front();
        double value = 0;
        const char* end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, value);
        if (read.ec != std::errc() || read.ptr != end || !std::isfinite(value)) return;
        if (value == 0) return leave_out("temperature");
        text = canonical_json(Json(value));
    }

    // Sets; any other list keeps its order.
    void read_lists() {
        for (const std::string_view name : {kGranularities, std::string_view("include[]")}) {
            const auto found = form_.fields.find(name);
            if (found != form_.fields.end()) {
                std::sort(found->second.begin(), found->second.end());
            }
        }
        const auto found = form_.fields.find(kGranularities);
        const bool is_default = found != form_.fields.end() && found->second.size() == 1 &&
                                found->second.front() == "segment";
        if (is_default && plan_.wanted_form == kVerboseJson) leave_out(kGranularities);
    }

    void read_prompt(std::string_view name) {
        const auto found = form_.fields.find(name);
        if (found == form_.fields.end()) return;
        for (std::string& text : found->second)
            normalize_prompt(text, options_.normalize);
    }

    void read_sound() {
        const auto sound = audio::identify_sound(form_.file.body, options_.audio_identity);
        // A container that is not known here may be told by the file's name, which is no part of
        // the key.
        if (sound.facts.container == audio::Container::unknown) return refuse("not-audio");
        if (sound.facts.duration) {
            const auto length = *sound.facts.duration;
            // Whisper is billed by begun seconds.
            plan_.asked.audio_milliseconds =
                is_whisper(plan_.model)
                    ? std::chrono::milliseconds(std::chrono::ceil<std::chrono::seconds>(length))
                          .count()
                    : length.count();
        }
        const Json file{{"sound", name(sound.kind)}, {"sha256", sound.digest.hex()}};
        plan_.canonical = canonical_with(file);
        if (is_in_verbose()) {
            form_.fields[std::string(kFormat)] = {std::string(kVerboseJson)};
            plan_.wider_canonical = canonical_with(file);
        }
    }

    // Whether Whisper's verbose answer to the same request holds this one.
    bool is_in_verbose() const {
        return is_whisper(plan_.model) && !form_.fields.contains(kGranularities) &&
               can_render_transcript(kVerboseJson, plan_.wanted_form) &&
               plan_.wanted_form != kVerboseJson;
    }

    std::string canonical_with(const Json& file) const {
        Json request = Json::object();
        request.emplace("fields", form_.fields_as_json());
        request["file"] = file;
        add_query_and_headers(request, request_);
        return canonical_json(request);
    }

    void leave_out(std::string_view name) {
        form_.fields.erase(std::string(name));
        plan_.left_out.emplace_back(name);
    }

    const Request& request_;
    const KeyOptions& options_;
    UploadForm form_;
    Plan plan_;
};

class Transcription final : public Endpoint {
  public:
    explicit Transcription(Operation operation) : operation_(operation) {}

    Operation operation() const noexcept override { return operation_; }

    Plan plan(const Request& request, const KeyOptions& options) const override {
        return Draft(operation_, request, options).make();
    }
    // Even a small file can be long when decoded.
    bool plans_slowly(const Request& request) const override {
        return http::is_multipart_form(request.content_type);
    }

    std::string recorded_form(const Plan& plan, std::string_view content_type) const override {
        const bool converts = plan.upstream_form == kJson || plan.upstream_form == kSse;
        return converts ? form_by_type(content_type, plan) : plan.upstream_form;
    }

    Verdict judge(const Plan&, const Answer& answer) const override {
        return judge_transcript(answer);
    }
    Usage usage(const Plan& plan, const Answer& answer) const override {
        return transcript_usage(plan, answer);
    }

    Result<Rendered> render(const Answer& recorded, std::string_view wanted) const override {
        return render_transcript(recorded, wanted);
    }
    bool can_render(std::string_view recorded, std::string_view wanted) const override {
        return can_render_transcript(recorded, wanted);
    }
    std::unique_ptr<LiveFilter> live_filter(std::string_view, std::string_view) const override {
        return nullptr;
    }

  private:
    Operation operation_;
};

}  // namespace

const Endpoint& transcription() {
    static const Transcription kTranscription(Operation::transcription);
    return kTranscription;
}

const Endpoint& translation() {
    static const Transcription kTranslation(Operation::translation);
    return kTranslation;
}

}  // namespace refrain::providers::openai
