// What of an upload is in the key, and what other key an answer may be under.
#include "providers/registry.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace refrain::providers::openai {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string recording(const std::string& name) {
    std::ifstream file(REFRAIN_SOURCE_DIR "/samples/audio/" + name, std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

Plan plan_upload(const Fields& fields, const std::string& file = "tone.wav") {
    const Endpoint* endpoint = openai_endpoint("POST", "/v1/audio/transcriptions");
    REQUIRE(endpoint != nullptr);
    std::string body;
    for (const auto& [name, value] : fields) {
        body +=
            "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }
    body += "--b\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\n" +
            recording(file) + "\r\n--b--";
    Request request;
    request.method = "POST";
    request.path = "/v1/audio/transcriptions";
    request.content_type = "multipart/form-data; boundary=b";
    request.body = body;
    CHECK(endpoint->plans_slowly(request));
    return endpoint->plan(request, {});
}

std::string canonical(const Fields& fields) {
    const Plan plan = plan_upload(fields);
    CHECK(plan.bypass.empty());
    return plan.canonical;
}

const std::pair<std::string, std::string> kWhisper{"model", "whisper-1"};

}  // namespace

TEST_CASE("Uploads: what is a set, a default or a spelling does not change the key",
          "[providers][upload]") {
    const auto [one, other] = GENERATE(table<Fields, Fields>({
        {{kWhisper}, {{"stream", "false"}, kWhisper}},
        {{kWhisper}, {kWhisper, {"response_format", "json"}}},
        {{kWhisper}, {kWhisper, {"temperature", "0.000"}}},
        {{kWhisper, {"temperature", "0.5"}}, {kWhisper, {"temperature", "5e-1"}}},
        {{kWhisper, {"prompt", "a\r\nb"}}, {kWhisper, {"prompt", "a\nb"}}},
        {{kWhisper, {"prompt", "\xc3\xa9"}}, {kWhisper, {"prompt", "e\xcc\x81"}}},
        {{kWhisper, {"include[]", "a"}, {"include[]", "b"}},
         {kWhisper, {"include[]", "b"}, {"include[]", "a"}}},
        {{{"model", "gpt"}}, {{"model", "gpt"}, {"stream", "true"}}},
    }));

    CHECK(canonical(one) == canonical(other));
}

TEST_CASE("Uploads: anything else changes it", "[providers][upload]") {
    const auto more = GENERATE(as<Fields>{},
                               Fields{{"language", "en"}},
                               Fields{{"prompt", ""}},
                               Fields{{"temperature", "0.5"}},
                               Fields{{"temperature", "cold"}},
                               Fields{{"temperature", " 0"}},
                               Fields{{"response_format", "text"}},
                               Fields{{"include[]", "logprobs"}},
                               Fields{{"include", "logprobs"}},
                               Fields{{"timestamp_granularities[]", "segment"}},
                               Fields{{"anything", "else"}});

    Fields fields{kWhisper};
    fields.insert(fields.end(), more.begin(), more.end());

    CHECK(canonical(fields) != canonical({kWhisper}));
}

TEST_CASE("Uploads: the wider key of a brief answer is that of the verbose one",
          "[providers][upload]") {
    const std::string verbose = canonical({kWhisper, {"response_format", "verbose_json"}});

    for (const std::string format : {"json", "text", "srt", "vtt"}) {
        const Plan plan = plan_upload({kWhisper, {"response_format", format}});
        CHECK(plan.wider_canonical == verbose);
        CHECK(plan.wanted_form == format);
    }
    CHECK(plan_upload({kWhisper, {"response_format", "verbose_json"}}).wider_canonical.empty());
    CHECK(plan_upload({kWhisper, {"response_format", "diarized_json"}}).wider_canonical.empty());
    CHECK(plan_upload({{"model", "gpt"}, {"response_format", "text"}}).wider_canonical.empty());
    CHECK(plan_upload({kWhisper, {"timestamp_granularities[]", "word"}}).wider_canonical.empty());
}

TEST_CASE("Uploads: Whisper's bill is in begun seconds, other models' in what was sent",
          "[providers][upload]") {
    CHECK(plan_upload({kWhisper}).asked.audio_milliseconds == 1000);
    CHECK(plan_upload({{"model", "gpt"}}).asked.audio_milliseconds == 500);
}

TEST_CASE("Uploads: what is left out of the key is named", "[providers][upload]") {
    const Plan plan = plan_upload({kWhisper, {"stream", "true"}, {"temperature", "0"}});

    CHECK(plan.left_out == std::vector<std::string>{"filename", "stream", "temperature"});
    CHECK(plan.model == "whisper-1");
}

}  // namespace refrain::providers::openai
