// Any bytes as a Responses answer, whole and streamed: nothing crashes, what is kept can be
// rendered, and a whole answer survives being streamed.
#include "base/check.hpp"
#include "providers/json.hpp"
#include "providers/openai/responses_answer.hpp"
#include "providers/openai/responses_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace openai = refrain::providers::openai;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const refrain::providers::Plan plan;
    const refrain::providers::Answer whole{200, "application/json", input, "json|{}"};
    const refrain::providers::Answer stream{
        200, "text/event-stream", input, R"(sse|{"user":"ann"})"};

    if (const auto events = openai::responses_whole_to_stream(input)) {
        const auto back = openai::responses_stream_to_whole(*events);
        REFRAIN_CHECK(back.has_value(), "a stream of ours is complete");
        const auto before = refrain::providers::parse_json(input);
        const auto after = refrain::providers::parse_json(*back);
        REFRAIN_CHECK(before && after && *before == *after, "and holds the answer it came from");
    }
    if (openai::judge_responses(plan, whole).keep()) {
        REFRAIN_CHECK(openai::render_responses(whole, R"(sse|{"user":"bob"})"),
                      "what is kept whole can be streamed");
    }
    if (openai::judge_responses(plan, stream).keep()) {
        REFRAIN_CHECK(openai::render_responses(stream, "json|{}"), "what is kept can be whole");
        REFRAIN_CHECK(openai::render_responses(stream, "sse|{}"), "and have another echo");
    }
    openai::responses_usage(whole);
    openai::responses_usage(stream);
    openai::responses_names(stream);
    return 0;
}
