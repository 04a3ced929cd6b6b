// Any bytes as an answer with speech: a stream that is kept as its sound comes back byte for byte,
// any envelope is joined or refused, and no container upsets the judge.
#include "providers/openai/speech_answer.hpp"
#include "tests/fuzz/invariant.hpp"

#include <cstdint>
#include <string>

using namespace refrain::providers;

namespace {

void check_stream(const std::string& stream, std::string_view format) {
    const std::string form = "sse;" + std::string(format);
    const Answer answer{200, "text/event-stream", stream, form};
    const auto verdict = openai::judge_speech(answer);
    const auto usage = openai::speech_usage({}, answer);
    FUZZ_REQUIRE(usage.audio_milliseconds >= 0);
    const auto packed = openai::pack_speech(answer);
    if (!packed) return;
    const Answer kept{200, "text/event-stream", packed->body, packed->form, packed->envelope};
    const auto again = openai::render_speech(kept, form);
    FUZZ_REQUIRE(again && again->body == stream);
    const auto sound = openai::speech_sound(kept);
    FUZZ_REQUIRE(sound && (!verdict.keep() || sound->duration.count() > 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    for (const std::string_view format : {"wav", "pcm", "mp3"}) {
        check_stream(text, format);
        const std::string form = "audio;" + std::string(format);
        const Answer plain{200, "audio/mpeg", text, form};
        FUZZ_REQUIRE(!openai::judge_speech(plain).keep() || !text.empty());
    }
    const auto cut = text.find('\0');
    if (cut == text.npos) return 0;
    const Answer kept{200,
                      "text/event-stream",
                      std::string_view(text).substr(cut + 1),
                      "packed;pcm",
                      std::string_view(text).substr(0, cut)};
    static_cast<void>(openai::render_speech(kept, "sse;pcm"));
    return 0;
}
