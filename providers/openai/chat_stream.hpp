// A chat completion as one JSON object and as a stream of chunks, each made from the other so that
// what an SDK accumulates from the stream equals the object. Pure; called by chat_answer.
#pragma once

#include "base/error.hpp"
#include "providers/json.hpp"

#include <string>
#include <string_view>

namespace refrain::providers::openai {

// The chunks of a whole chat.completion, "data: [DONE]" included. Fails on what is none.
Result<std::string> chat_whole_to_stream(std::string_view json, bool include_usage);

// The chat.completion a complete stream adds up to. Fails on a stream that is cut, malformed or
// holds an error; the message is a reason as in answer_checks.hpp.
Result<Json> chat_stream_to_json(std::string_view stream);
Result<std::string> chat_stream_to_whole(std::string_view stream);

}  // namespace refrain::providers::openai
