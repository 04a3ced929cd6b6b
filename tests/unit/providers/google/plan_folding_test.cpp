// What proto3 JSON says is the same message shares a key; what is another message does not.
#include "unit/providers/google/planning.hpp"

namespace refrain::providers::google {
namespace {

const std::string kHi = R"("contents":[{"role":"user","parts":[{"text":"hi"}]}])";

std::string generate(const std::string& members) {
    return "{" + kHi + (members.empty() ? "" : ",") + members + "}";
}

std::string speak(const std::string& members) {
    return R"({"input":{"text":"hi"},"voice":{"languageCode":"en-US"},)" + members + "}";
}

std::string hear(const std::string& config) {
    return R"({"config":{"languageCode":"en-US")" + config + R"(},"audio":{"content":"AAECAw=="}})";
}

}  // namespace

TEST_CASE("Google requests that mean the same share a key", "[providers][google][plan]") {
    const auto [path, a, b] = GENERATE(table<std::string, std::string, std::string>({
        // Names
        {kGeneratePath,
         generate(R"("systemInstruction":{"parts":[{"text":"be brief"}]})"),
         generate(R"("system_instruction":{"parts":[{"text":"be brief"}]})")},
        {kGeneratePath,
         generate(R"("generationConfig":{"topK":5,"maxOutputTokens":9})"),
         generate(R"("generation_config":{"max_output_tokens":"9","top_k":5.0})")},
        // Null, zero and empty
        {kGeneratePath, generate(""), generate(R"("tools":null,"cachedContent":null)")},
        {kGeneratePath,
         generate(""),
         generate(R"("tools":[],"safetySettings":[],"cachedContent":"")")},
        {kGeneratePath, generate(""), generate(R"("generationConfig":{})")},
        {kGeneratePath, generate(""), generate(R"("generationConfig":{"temperature":null})")},
        {kGeneratePath, generate(""), generate(R"("generationConfig":{"candidateCount":1})")},
        {kGeneratePath,
         generate(""),
         generate(R"("generationConfig":{"responseMimeType":"text/plain"})")},
        {kGeneratePath, generate(""), generate(R"("model":"models/gemini-2.5-flash")")},
        {kGeneratePath,
         generate(""),
         generate(R"("labels":{"team":"a"},"serviceTier":"flex","store":false)")},
        // Enumerators and sets
        {kGeneratePath,
         generate(
             R"("safetySettings":[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"},
                                       {"category":"HARM_CATEGORY_HATE_SPEECH","threshold":"OFF"}])"),
         generate(
             R"("safetySettings":[{"category":8,"threshold":5},{"threshold":4,"category":7}])")},
        {kGeneratePath,
         generate(R"("generationConfig":{"responseModalities":["TEXT","IMAGE"]})"),
         generate(R"("generationConfig":{"responseModalities":[2,1]})")},
        {kGeneratePath,
         generate(R"("toolConfig":{"functionCallingConfig":{"mode":"ANY"}})"),
         generate(R"("toolConfig":{"functionCallingConfig":{"mode":2}})")},
        // Bytes
        {kGeneratePath,
         R"({"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"+/+/+w=="}}]}]})",
         R"({"contents":[{"parts":[{"inline_data":{"mime_type":"image/png","data":"-_-_-w"}}]}]})"},
        // Text
        {kGeneratePath,
         R"({"contents":[{"parts":[{"text":"e\u0301\r\n"}]}]})",
         R"({"contents":[{"parts":[{"text":"é\n"}]}]})"},
        // Schemas, in their own order
        {kGeneratePath,
         generate(
             R"("generationConfig":{"responseSchema":{"type":"OBJECT","properties":{"b":{"type":"STRING"},"a":{"type":"INTEGER"}}}})"),
         generate(
             R"("generationConfig":{"responseSchema":{"type":6,"properties":{"b":{"type":1},"a":{"type":3,"nullable":false}}}})")},
        // The query
        {kGeneratePath, generate(""), generate("")},
        {kGeneratePath + "?alt=json&quotaUser=ann", generate(""), generate("")},
        {kGeneratePath + "?%24alt=json", generate(""), generate("")},
        {kCountPath, generate(""), generate(R"("generateContentRequest":null)")},
        {kEmbedPath,
         R"({"content":{"parts":[{"text":"x"}]},"taskType":"CLUSTERING","outputDimensionality":256})",
         R"({"model":"models/gemini-embedding-001","task_type":5,"output_dimensionality":"256","content":{"parts":[{"text":"x"}]}})"},
        // Text-to-Speech
        {kSpeakPath,
         speak(R"("audioConfig":{"audioEncoding":"MP3"})"),
         speak(
             R"("audio_config":{"audio_encoding":2,"speakingRate":1.0,"pitch":0,"volumeGainDb":0.0})")},
        {kSpeakPath,
         R"({"input":{"text":"hi"},"voice":{"languageCode":"en-US","ssmlGender":"NEUTRAL"},"audioConfig":{"audioEncoding":"LINEAR16","sampleRateHertz":24000}})",
         R"({"input":{"text":" hi\n"},"voice":{"languageCode":"en-US","ssmlGender":3,"name":""},"audioConfig":{"audioEncoding":1,"sampleRateHertz":"24000"}})"},
        {kSpeakPath + "?$alt=json%3Benum-encoding=int",
         speak(R"("audioConfig":{"audioEncoding":"MP3"})"),
         speak(R"("audioConfig":{"audioEncoding":2})")},
        // Speech-to-Text
        {kHearPath,
         hear(R"(,"encoding":"LINEAR16","sampleRateHertz":16000)"),
         hear(
             R"(,"encoding":1,"sampleRateHertz":"16000","maxAlternatives":1,"profanityFilter":false)")},
        {kHearV2Path,
         R"({"config":{"features":{"multiChannelMode":1},"languageCodes":["en-US"]},"content":"AAECAw"})",
         R"({"content":"AAECAw==","config":{"language_codes":["en-US"],"features":{"multi_channel_mode":"SEPARATE_RECOGNITION_PER_CHANNEL","maxAlternatives":0}}})"},
    }));
    CAPTURE(path, a, b);
    const std::string plain_path = path.substr(0, path.find('?'));
    CHECK(canonical_of(path, a) == canonical_of(plain_path, b));
}

TEST_CASE("A stream, an array and a whole answer are the same question",
          "[providers][google][plan]") {
    const Plan whole = plan_of(kGeneratePath, generate(""));
    const Plan array = plan_of(kStreamPath, generate(""));
    const Plan stream = plan_of(kStreamPath + "?alt=sse", generate(""));

    CHECK(whole.canonical == array.canonical);
    CHECK(whole.canonical == stream.canonical);
    CHECK(whole.wanted_form == "json");
    CHECK(array.wanted_form == "array");
    CHECK(stream.wanted_form == "sse");
    CHECK(stream.model == "gemini-2.5-flash");
}

TEST_CASE("Google requests that differ in meaning differ in key", "[providers][google][plan]") {
    const auto [path, a, b] = GENERATE(table<std::string, std::string, std::string>({
        // `optional`: zero is there
        {kGeneratePath, generate(""), generate(R"("generationConfig":{"temperature":0})")},
        {kGeneratePath, generate(""), generate(R"("generationConfig":{"seed":0})")},
        {kGeneratePath,
         generate(""),
         generate(R"("generationConfig":{"thinkingConfig":{"thinkingBudget":0}})")},
        {kHearPath, hear(""), hear(R"(,"enableSpokenPunctuation":false)")},
        // A oneof: "" is there
        {kGeneratePath,
         R"({"contents":[{"parts":[{"text":""}]}]})",
         R"({"contents":[{"parts":[{}]}]})"},
        // Data: null counts, and so does order
        {kGeneratePath,
         R"({"contents":[{"parts":[{"functionResponse":{"name":"f","response":{"a":null}}}]}]})",
         R"({"contents":[{"parts":[{"functionResponse":{"name":"f","response":{}}}]}]})"},
        {kGeneratePath,
         generate(R"("generationConfig":{"responseSchema":{"properties":{"a":{},"b":{}}}})"),
         generate(R"("generationConfig":{"responseSchema":{"properties":{"b":{},"a":{}}}})")},
        {kGeneratePath,
         generate(R"("generationConfig":{"responseJsonSchema":{"properties":{"a":{},"b":{}}}})"),
         generate(R"("generationConfig":{"responseJsonSchema":{"properties":{"b":{},"a":{}}}})")},
        {kGeneratePath,
         generate(
             R"("tools":[{"functionDeclarations":[{"name":"f","parameters":{"required":["a","b"]}}]}])"),
         generate(
             R"("tools":[{"functionDeclarations":[{"name":"f","parameters":{"required":["b","a"]}}]}])")},
        // Unknown fields
        {kGeneratePath, generate(""), generate(R"("newField":1)")},
        {kGeneratePath, generate(""), generate(R"("newField":null)")},
        {kGeneratePath, generate(""), generate(R"("generationConfig":{"newField":false})")},
        // Wrong types are another request, for the provider to refuse
        {kGeneratePath, generate(""), generate(R"("generationConfig":[])")},
        {kGeneratePath, generate(""), generate(R"("tools":{})")},
        {kGeneratePath,
         generate(R"("generationConfig":{"topK":1})"),
         generate(R"("generationConfig":{"topK":"1.0"})")},
        {kSpeakPath,
         speak(R"("audioConfig":{"audioEncoding":"MP3"})"),
         speak(R"("audioConfig":{"audioEncoding":"mp3"})")},
        {kSpeakPath,
         speak(R"("audioConfig":{"audioEncoding":"MP3"})"),
         speak(R"("audioConfig":{"audioEncoding":99})")},
        {kSpeakPath,
         speak(R"("audioConfig":{"effectsProfileId":["a","b"]})"),
         speak(R"("audioConfig":{"effectsProfileId":["b","a"]})")},
        {kSpeakPath,
         R"({"input":{"ssml":"<speak> hi</speak>"}})",
         R"({"input":{"ssml":"<speak>hi</speak>"}})"},
        {kSpeakPath, R"({"input":{"text":"hi"}})", R"({"input":{"ssml":"hi"}})"},
        {kHearPath,
         hear(""),
         R"({"config":{"languageCode":"en-US"},"audio":{"content":"AAECBA=="}})"},
        {kHearPath, hear(""), R"({"config":{"languageCode":"en-US"},"audio":{"content":"%%%"}})"},
    }));
    CHECK(canonical_of(path, a) != canonical_of(path, b));
}

TEST_CASE("The version, the whole resource name and other parameters are part of the key",
          "[providers][google][plan]") {
    const std::string body = generate("");
    const std::string base = canonical_of(kGeneratePath, body);
    const auto other =
        GENERATE(as<std::string>{},
                 "/v1/models/gemini-2.5-flash:generateContent",
                 "/v1alpha/models/gemini-2.5-flash:generateContent",
                 "/v1beta/tunedModels/gemini-2.5-flash:generateContent",
                 "/v1beta/models/gemini-2.5-pro:generateContent",
                 "/v1beta/models/gemini-2.5-flash:generateContent?fields=candidates",
                 "/v1beta/models/gemini-2.5-flash:generateContent?prettyPrint=false",
                 "/v1beta/models/gemini-2.5-flash:generateContent?$alt=json;enum-encoding=int");
    CHECK(canonical_of(other, body) != base);
}

TEST_CASE("Vertex AI numbers harm categories in its own way, so numbers stay numbers there",
          "[providers][google][plan]") {
    const auto key_at = [](const std::string& resource, const std::string& category) {
        return canonical_of("/v1beta1/" + resource + ":generateContent",
                            generate(R"("safetySettings":[{"category":)" + category + "}]"));
    };
    const std::string vertex = "publishers/google/models/gemini-2.5-flash";
    const std::string name = R"("HARM_CATEGORY_VIOLENCE")";
    CHECK(key_at(vertex, "3") != key_at(vertex, name));
    CHECK(key_at("models/gemini-2.5-flash", "3") == key_at("models/gemini-2.5-flash", name));
}

TEST_CASE("A request for speech is speech, with its voice", "[providers][google][plan]") {
    const Plan plan =
        plan_of(kGeneratePath,
                generate(R"("generationConfig":{"responseModalities":["AUDIO"],"speechConfig":
                 {"voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"Kore"}}}})"));

    CHECK(plan.operation == Operation::speech);
    CHECK(plan.voice == "Kore");
}

}  // namespace refrain::providers::google
