// A Responses API answer as one JSON object and as a stream of events, each made from the other.
// Pure; called by responses_answer.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace refrain::providers::openai {

// The events of a whole response, in OpenAI's order. No "data: [DONE]": this API has none.
Result<std::string> responses_whole_to_stream(std::string_view json);

// The response of the terminal event, byte for byte. Fails on a stream that is cut, malformed or
// did not end well; the message is a reason as in answer_checks.hpp.
Result<std::string> responses_stream_to_whole(std::string_view stream);

}  // namespace refrain::providers::openai
