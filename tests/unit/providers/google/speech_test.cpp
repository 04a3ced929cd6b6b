// Cloud Text-to-Speech and Speech-to-Text: what is billed, kept, packed and linked to.
#include "base/text_code.hpp"
#include "providers/audio/wav.hpp"
#include "providers/google/spoken_text.hpp"
#include "providers/json.hpp"
#include "unit/providers/google/planning.hpp"

namespace refrain::providers::google {
namespace {

constexpr std::string_view kType = "application/json; charset=UTF-8";

std::int64_t characters(std::string_view input) {
    const Plan plan = plan_of(kSpeakPath, R"({"input":)" + std::string(input) + "}");
    return plan.asked.characters;
}

std::string wav(std::size_t samples) {
    const std::string pcm(samples * 2, '\3');
    return audio::wav_header(static_cast<std::uint32_t>(pcm.size()), 24'000, 1, 16) + pcm;
}

Answer heard(std::string_view body) {
    return {200, kType, body, "json"};
}

}  // namespace

TEST_CASE("Spoken text is billed by its code points", "[providers][google][speech]") {
    CHECK(characters(R"({"text":"héllo wörld"})") == 11);
    CHECK(characters(R"({"text":"😀"})") == 1);
    CHECK(characters(R"({"markup":"a [pause] b"})") == 11);
    CHECK(characters(R"({"ssml":"<speak>hi</speak>"})") == 17);
    CHECK(characters(R"({"ssml":"<speak>hi<mark name=\"x\"/></speak>"})") == 17);
    CHECK(characters(R"({"ssml":"<speak>hi<mark name='x'></mark></speak>"})") == 17);
    CHECK(characters(R"({"ssml":"<speak>a<market/></speak>"})") == 25);
    CHECK(characters(R"({"ssml":"<mark"})") == 5);
    CHECK(characters(
              R"({"multiSpeakerMarkup":{"turns":[{"speaker":"A","text":"ab"},{"text":"c"}]}})") ==
          3);
    CHECK(characters(R"({"text":{}})") == 0);
    CHECK(characters("[]") == 0);
}

TEST_CASE("A voice tells what it is billed as", "[providers][google][speech]") {
    CHECK(voice_family("en-US-Neural2-A") == "Neural2");
    CHECK(voice_family("en-US-Chirp3-HD-Achernar") == "Chirp3-HD");
    CHECK(voice_family("cmn-CN-Wavenet-B") == "Wavenet");
    CHECK(voice_family("Kore").empty());
    CHECK(voice_family("").empty());
    CHECK(voice_family("-").empty());
    CHECK(voice_family("en-US").empty());
    CHECK(voice_family("en-US-x").empty());

    const Plan plan = plan_of(
        kSpeakPath,
        R"({"voice":{"name":"Kore","modelName":"gemini-2.5-flash-tts","languageCode":"en-US"}})");
    CHECK(plan.model == "gemini-2.5-flash-tts");
    CHECK(plan.voice == "Kore");
}

TEST_CASE("Synthesized speech is kept as sound and answered as it came",
          "[providers][google][speech]") {
    const std::string sound = wav(12'000);
    const std::string body =
        "{\n  \"audioContent\": \"" + base64_encode(sound) + "\",\n  \"timepoints\": []\n}\n";
    const Answer answer{200, kType, body, "json"};
    const Plan plan = plan_of(kSpeakPath, R"({"input":{"text":"hi"}})");
    REQUIRE(synthesize().judge(plan, answer).keep());

    const auto packed = synthesize().pack(answer);
    REQUIRE(packed);
    CHECK(packed->body == sound);
    const Answer kept{200, kType, packed->body, packed->form, packed->envelope};
    REQUIRE(synthesize().can_render(packed->form, plan.wanted_form));
    CHECK(synthesize().render(kept, plan.wanted_form)->body == body);

    const auto linked = synthesize().sound(kept);
    REQUIRE(linked);
    CHECK(linked->content_type == "audio/wav");
    CHECK(linked->duration.count() == 500);
    CHECK(synthesize().usage(plan, answer).characters == 2);
    CHECK(synthesize().usage(plan, answer).audio_milliseconds == 500);
}

TEST_CASE("Raw PCM is linked to as WAV at the rate that was asked for",
          "[providers][google][speech]") {
    const Plan plan = plan_of(
        kSpeakPath,
        R"({"input":{"text":"hi"},"audioConfig":{"audioEncoding":"PCM","sampleRateHertz":8000}})");
    const std::string body =
        R"({"audioContent":")" + base64_encode(std::string(8000, '\5')) + R"("})";
    const std::string form = synthesize().recorded_form(plan, kType);
    const Answer answer{200, kType, body, form};

    const auto packed = synthesize().pack(answer);
    REQUIRE(packed);
    CHECK(synthesize().can_render(packed->form, plan.wanted_form));
    const auto linked =
        synthesize().sound({200, kType, packed->body, packed->form, packed->envelope});
    REQUIRE(linked);
    CHECK(linked->duration.count() == 500);
    CHECK(packed->body.size() == 8044);
    CHECK(synthesize()
              .render({200, kType, packed->body, packed->form, packed->envelope}, plan.wanted_form)
              ->body == body);
}

TEST_CASE("Speech without sound is not kept", "[providers][google][speech]") {
    const auto body = GENERATE(as<std::string>{},
                               R"({})",
                               R"({"audioContent":""})",
                               R"({"audioContent":"%%%"})",
                               R"({"audioContent":[]})",
                               R"({"error":{"code":400}})",
                               R"([])",
                               R"({"audioContent":"AAAA")");
    CHECK_FALSE(synthesize().judge({}, {200, kType, body, "json"}).keep());
    CHECK_FALSE(synthesize().pack({200, kType, body, "json"}));
    CHECK_FALSE(synthesize().sound({200, kType, body, "json"}));
}

TEST_CASE("Sound that does not play is not kept", "[providers][google][speech]") {
    const auto sound = GENERATE(as<std::string>{}, "<html>sorry</html>", "RIFF", "\xff\xfb");
    const std::string body = R"({"audioContent":")" + base64_encode(sound) + R"("})";
    CHECK(synthesize().judge({}, {200, kType, body, "json"}).reason == "no-sound");
}

TEST_CASE("The same recording in another file is the same question", "[providers][google][hear]") {
    const std::string plain = wav(800);
    std::string tagged = plain + std::string("LIST\4\0\0\0INFO", 12);
    tagged[4] = static_cast<char>(tagged.size() - 8);
    tagged[5] = static_cast<char>((tagged.size() - 8) >> 8);
    const auto body = [](const std::string& sound) {
        return R"({"config":{"languageCode":"en-US"},"audio":{"content":")" + base64_encode(sound) +
               R"("}})";
    };

    CHECK(canonical_of(kHearPath, body(plain)) == canonical_of(kHearPath, body(tagged)));
    CHECK(canonical_of(kHearPath, body(plain)) != canonical_of(kHearPath, body(wav(801))));
    const auto part = [](const std::string& type, const std::string& sound) {
        return R"({"contents":[{"parts":[{"inlineData":{"mimeType":")" + type + R"(","data":")" +
               base64_encode(sound) + R"("}}]}]})";
    };
    CHECK(canonical_of(kGeneratePath, part("audio/wav", plain)) ==
          canonical_of(kGeneratePath, part("audio/x-wav", tagged)));
    CHECK(canonical_of(kGeneratePath, part("image/png", plain)) !=
          canonical_of(kGeneratePath, part("image/png", tagged)));
    KeyOptions by_bytes;
    by_bytes.audio_identity = audio::IdentityMode::bytes;
    CHECK(plan_of(kHearPath, body(plain), by_bytes).canonical !=
          plan_of(kHearPath, body(tagged), by_bytes).canonical);
    CHECK(plan_of(kHearPath, body(wav(24'000))).asked.audio_milliseconds == 1000);
}

TEST_CASE("Recognition is billed by the time it says", "[providers][google][hear]") {
    Plan plan;
    plan.asked.audio_milliseconds = 1770;
    const auto billed = [&](std::string_view body) {
        return recognize().usage(plan, heard(body)).audio_milliseconds;
    };
    CHECK(billed(R"({"results":[],"totalBilledTime":"2s"})") == 2000);
    CHECK(billed(R"({"metadata":{"totalBilledDuration":"1.500s"}})") == 1500);
    CHECK(billed(R"({"results":[]})") == 1770);
    CHECK(billed(R"({"totalBilledTime":"-1s"})") == 1770);
    CHECK(billed(R"({"totalBilledTime":"nans"})") == 1770);
    CHECK(billed(R"({"totalBilledTime":2})") == 1770);
}

TEST_CASE("Recognitions are kept, silence too, and nothing else", "[providers][google][hear]") {
    const auto keeps = [](std::string_view body) {
        return recognize().judge({}, heard(body)).keep();
    };
    CHECK(keeps(R"({"results":[{"alternatives":[{"transcript":"hi"}]}],"totalBilledTime":"2s"})"));
    CHECK(keeps(R"({"totalBilledTime":"0s","requestId":"1"})"));
    CHECK_FALSE(keeps("{}"));
    CHECK_FALSE(keeps(R"({"results":{}})"));
    CHECK_FALSE(keeps(R"({"error":{"code":3}})"));
    CHECK_FALSE(keeps("[]"));
}

TEST_CASE("Embeddings, token counts and pictures are kept when they are what was asked for",
          "[providers][google][answer]") {
    const Plan one = plan_of(kEmbedPath, R"({"content":{"parts":[{"text":"x"}]}})");
    const Plan two = plan_of(
        kBatchPath,
        R"({"requests":[{"content":{"parts":[{"text":"x"}]}},{"content":{"parts":[{"text":"y"}]}}]})");
    CHECK(embed_content().judge(one, heard(R"({"embedding":{"values":[0.5]}})")).keep());
    CHECK_FALSE(embed_content().judge(one, heard(R"({"embedding":{"values":[]}})")).keep());
    CHECK_FALSE(embed_content().judge(one, heard(R"({"embedding":{"values":["x"]}})")).keep());
    CHECK(embed_content()
              .judge(two, heard(R"({"embeddings":[{"values":[1]},{"values":[2]}]})"))
              .keep());
    CHECK(embed_content().judge(two, heard(R"({"embeddings":[{"values":[1]}]})")).reason ==
          "missing-choices");
    CHECK(embed_content()
              .usage(two, heard(R"({"usageMetadata":{"promptTokenCount":4}})"))
              .input_tokens == 4);

    CHECK(count_tokens().judge({}, heard(R"({"totalTokens":7})")).keep());
    CHECK_FALSE(count_tokens().judge({}, heard(R"({"totalTokens":"many"})")).keep());

    CHECK(predict().judge({}, heard(R"({"predictions":[{"bytesBase64Encoded":"AAAA"}]})")).keep());
    CHECK(predict().judge({}, heard(R"({"predictions":[{"raiFilteredReason":"x"}]})")).reason ==
          "content-filter");
    CHECK_FALSE(predict().judge({}, heard("{}")).keep());

    CHECK(model_catalog().judge({}, heard(R"({"models":[]})")).keep());
    CHECK(voice_catalog().judge({}, heard(R"({"voices":[]})")).keep());
    CHECK_FALSE(voice_catalog().judge({}, heard(R"({"models":[]})")).keep());
}

}  // namespace refrain::providers::google
