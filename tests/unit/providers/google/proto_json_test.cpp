// Any spelling of a message has one canonical form: bodies are respelled at random, as far as
// proto3 JSON allows, and must keep their key.
#include "providers/google/proto_json.hpp"

#include "base/text_code.hpp"
#include "providers/google/message.hpp"
#include "providers/google/messages/gemini.hpp"
#include "providers/google/messages/speech.hpp"
#include "unit/providers/google/planning.hpp"

#include <algorithm>
#include <random>

namespace refrain::providers::google {
namespace {

class Respelling {
  public:
    explicit Respelling(unsigned seed) : chance_(seed) {}

    void respell(Json& value, const Message& message, bool is_ordered = false) {
        if (!value.is_object()) return;
        std::vector<std::pair<std::string, Json>> members;
        std::vector<const Field*> seen;
        for (auto& [name, member] : value.get_ref<Json::object_t&>()) {
            const Field* field = find_field(message, name);
            if (field == nullptr) {
                members.emplace_back(name, member);
                continue;
            }
            seen.push_back(field);
            respell_field(*field, member, is_ordered || field->is_ordered);
            members.emplace_back(flip() ? snake(field->name) : std::string(field->name), member);
        }
        for (const Field& field : message.fields) {
            if (std::find(seen.begin(), seen.end(), &field) == seen.end())
                add_absent(field, members);
        }
        if (!is_ordered) std::shuffle(members.begin(), members.end(), chance_);
        value = Json::object();
        for (auto& [name, member] : members)
            value[name] = std::move(member);
    }

  private:
    bool flip() { return std::uniform_int_distribution(0, 1)(chance_) == 1; }

    static std::string snake(std::string_view camel) {
        std::string out;
        for (const char c : camel) {
            if (c >= 'A' && c <= 'Z') {
                out += {'_', static_cast<char>(c - 'A' + 'a')};
            } else {
                out += c;
            }
        }
        return out;
    }

    // An absent field may be written as null, or as its zero if that means absent.
    void add_absent(const Field& field, std::vector<std::pair<std::string, Json>>& members) {
        if (field.kind == Kind::free || !flip()) return;
        if (flip()) {
            members.emplace_back(field.name, nullptr);
        } else if (field.is_repeated) {
            members.emplace_back(field.name, Json::array());
        } else if (!field.is_optional) {
            add_zero(field, members);
        }
    }

    static void add_zero(const Field& field, std::vector<std::pair<std::string, Json>>& members) {
        switch (field.kind) {
            case Kind::text:
            case Kind::bytes: members.emplace_back(field.name, ""); break;
            case Kind::boolean: members.emplace_back(field.name, false); break;
            case Kind::number:
            case Kind::integer:
            case Kind::enumeration: members.emplace_back(field.name, 0); break;
            case Kind::map: members.emplace_back(field.name, Json::object()); break;
            default: break;
        }
    }

    void respell_field(const Field& field, Json& value, bool is_ordered) {
        if (field.is_repeated && value.is_array()) {
            for (Json& element : value)
                respell_single(field, element, is_ordered);
            if (field.is_set) std::shuffle(value.begin(), value.end(), chance_);
        } else if (field.kind == Kind::map) {
            for (Json& element : value)
                respell(element, *field.type, is_ordered);
        } else {
            respell_single(field, value, is_ordered);
        }
    }

    void respell_single(const Field& field, Json& value, bool is_ordered) {
        if (field.kind == Kind::message) return respell(value, *field.type, is_ordered);
        if (!flip()) return;
        if (field.kind == Kind::integer && value.is_number()) value = value.dump();
        if (field.kind == Kind::bytes) value = other_base64(value.get<std::string>());
        if (field.kind != Kind::enumeration || !value.is_string()) return;
        for (const EnumValue& one : field.values) {
            if (value == Json(one.name)) {
                value = one.number;
                return;
            }
        }
    }

    static std::string other_base64(std::string text) {
        std::replace(text.begin(), text.end(), '+', '-');
        std::replace(text.begin(), text.end(), '/', '_');
        text.erase(text.find_last_not_of('=') + 1);
        return text;
    }

    std::mt19937 chance_;
};

struct Sample {
    std::string path;
    const Message* message;
    std::string body;
};

const std::vector<Sample>& samples() {
    static const std::vector<Sample> kAll{
        {kGeneratePath,
         &kGenerateContentRequest,
         R"({"contents":[{"role":"user","parts":[{"text":"Was ist das?"},
               {"inlineData":{"mimeType":"image/png","data":"+/+/+w=="}}]},
               {"role":"model","parts":[{"functionCall":{"name":"f","args":{"x":1,"y":null}},
                "thoughtSignature":"-_-_"}]}],
             "systemInstruction":{"parts":[{"text":"short"}]},
             "tools":[{"functionDeclarations":[{"name":"f","description":"d","parameters":
               {"type":"OBJECT","properties":{"y":{"type":"STRING","enum":["b","a"]},
               "x":{"type":"INTEGER","minimum":0,"maxItems":4}},"required":["y","x"]}}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"AUTO"}},
             "safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"},
               {"category":"HARM_CATEGORY_CIVIC_INTEGRITY","threshold":"OFF"}],
             "generationConfig":{"temperature":0,"topK":40,"seed":7,"maxOutputTokens":100,
               "stopSequences":["x"],"thinkingConfig":{"thinkingBudget":0},
               "mediaResolution":"MEDIA_RESOLUTION_LOW"}})"},
        {kBatchPath,
         &kBatchEmbedContentsRequest,
         R"({"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]},
             "taskType":"RETRIEVAL_DOCUMENT","title":"t","outputDimensionality":768}]})"},
        {kSpeakPath,
         &kSynthesizeSpeechRequest,
         R"({"input":{"text":"Guten Tag","customPronunciations":{"pronunciations":[
               {"phrase":"Tag","phoneticEncoding":"PHONETIC_ENCODING_IPA","pronunciation":"taːk"}]}},
             "voice":{"languageCode":"de-DE","name":"de-DE-Neural2-B","ssmlGender":"MALE"},
             "audioConfig":{"audioEncoding":"OGG_OPUS","speakingRate":1.25,"pitch":-2,
               "sampleRateHertz":48000,"effectsProfileId":["headphone-class-device"]}})"},
        {kHearPath,
         &kRecognizeRequest,
         R"({"config":{"encoding":"LINEAR16","sampleRateHertz":16000,"languageCode":"de-DE",
               "enableWordTimeOffsets":true,"enableSpokenPunctuation":false,
               "diarizationConfig":{"enableSpeakerDiarization":true,"minSpeakerCount":2},
               "speechContexts":[{"phrases":["a"],"boost":2.5}]},"audio":{"content":"AAECAwQF+/8="}})"},
        {kHearV2Path,
         &kRecognizeRequestV2,
         R"({"config":{"explicitDecodingConfig":{"encoding":"FLAC","sampleRateHertz":8000},
               "languageCodes":["en-US"],"features":{"enableWordConfidence":true,
               "multiChannelMode":"SEPARATE_RECOGNITION_PER_CHANNEL"}},"content":"AAECAw=="})"},
    };
    return kAll;
}

}  // namespace

TEST_CASE("Any spelling of a message has the same key", "[providers][google][proto]") {
    for (const Sample& sample : samples()) {
        const std::string expected = canonical_of(sample.path, sample.body);
        for (unsigned seed = 0; seed < 300; ++seed) {
            Json body = parse_json(sample.body).value();
            Respelling(seed).respell(body, *sample.message);
            const std::string text = ordered_json_text(body);
            CAPTURE(seed, text);
            REQUIRE(canonical_of(sample.path, text) == expected);
        }
    }
}

TEST_CASE("A curl body with names and a Node body with numbers share one key",
          "[providers][google][proto]") {
    const std::string curl = R"({
      "input": {"text": "Hello"},
      "voice": {"languageCode": "en-US", "ssmlGender": "NEUTRAL"},
      "audioConfig": {"audioEncoding": "MP3"}
    })";
    const std::string node =
        R"({"input":{"text":"Hello"},"voice":{"languageCode":"en-US","ssmlGender":3},"audioConfig":{"audioEncoding":2}})";

    CHECK(canonical_of("/v1/text:synthesize", curl) ==
          canonical_of("/v1/text:synthesize?$alt=json%3Benum-encoding=int", node));
}

TEST_CASE("Either spelling of a name is that field, and nothing else is",
          "[providers][google][proto]") {
    const auto is_known = [](std::string_view name) {
        return find_field(kGenerationConfig, name) != nullptr;
    };
    CHECK(is_known("maxOutputTokens"));
    CHECK(is_known("max_output_tokens"));
    CHECK_FALSE(is_known("maxoutputtokens"));
    CHECK_FALSE(is_known("max_outputTokens"));
    CHECK_FALSE(is_known("MaxOutputTokens"));
    CHECK_FALSE(is_known("max_output_token"));
    CHECK_FALSE(is_known("max_output_tokens_"));
    CHECK_FALSE(is_known(""));
}

}  // namespace refrain::providers::google
