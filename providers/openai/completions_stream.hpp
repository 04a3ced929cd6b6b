// A legacy text completion as one JSON object and as a stream of chunks, each made from the other.
// Pure; called by completions_answer.
#pragma once

#include "base/error.hpp"
#include "providers/json.hpp"

#include <string>
#include <string_view>

namespace refrain::providers::openai {

// As their counterparts in chat_stream.hpp.
Result<std::string> completions_whole_to_stream(std::string_view json, bool include_usage);
Result<Json> completions_stream_to_json(std::string_view stream);
Result<std::string> completions_stream_to_whole(std::string_view stream);

}  // namespace refrain::providers::openai
