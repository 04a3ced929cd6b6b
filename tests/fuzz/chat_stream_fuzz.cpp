// Any bytes as a chat answer, whole and streamed: nothing crashes, and what is taken converts to a
// stable answer: once converted, converting back and forth changes nothing.
#include "base/check.hpp"
#include "providers/openai/chat_answer.hpp"
#include "providers/openai/chat_stream.hpp"
#include "providers/openai/completions_answer.hpp"
#include "providers/openai/completions_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace openai = refrain::providers::openai;

namespace {

using refrain::Result;

struct Conversions {
    Result<std::string> (*to_stream)(std::string_view json, bool include_usage);
    Result<std::string> (*to_whole)(std::string_view stream);
};

void check_is_stable(const std::string& whole, const Conversions& convert) {
    const auto stream = convert.to_stream(whole, true);
    if (!stream) return;
    const auto again = convert.to_whole(*stream);
    if (!again) return;  // members of strange types can be streamed but not added up
    const auto second_stream = convert.to_stream(*again, true);
    REFRAIN_CHECK(second_stream.has_value(), "an answer put together can be streamed");
    const auto third = convert.to_whole(*second_stream);
    REFRAIN_CHECK(third.has_value(), "its stream can be put together");
    REFRAIN_CHECK(*third == *again, "and is the same answer");
}

void convert_both_ways(std::string_view input, const Conversions& convert) {
    if (const auto whole = convert.to_whole(input)) check_is_stable(*whole, convert);
    check_is_stable(std::string(input), convert);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    convert_both_ways(input, {openai::chat_whole_to_stream, openai::chat_stream_to_whole});
    convert_both_ways(input,
                      {openai::completions_whole_to_stream, openai::completions_stream_to_whole});

    const refrain::providers::Plan plan;
    const refrain::providers::Answer stream{200, "text/event-stream", input, "sse+usage"};
    const bool is_kept = openai::judge_chat(plan, stream).keep();
    REFRAIN_CHECK(!is_kept || openai::chat_stream_to_whole(input), "what is kept can be rendered");
    openai::judge_completions(plan, stream);
    openai::chat_usage(stream);
    return 0;
}
