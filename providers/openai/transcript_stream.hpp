// Transcripts as streams (transcript.text.delta … transcript.text.done) and as JSON, and one from
// the other. Pure; called by transcript_answer.cpp.
#pragma once

#include "base/error.hpp"
#include "providers/json.hpp"

#include <string>
#include <string_view>

namespace refrain::providers::openai {

// The JSON answer that a stream which ended well stands for: its last event. A failure's message is
// a reason of answer_checks.hpp.
Result<Json> transcript_of_stream(std::string_view stream);

// The text in one delta, then the rest. OpenAI's streams end there; "[DONE]" is others' habit.
Result<std::string> stream_of_transcript(std::string_view json);

}  // namespace refrain::providers::openai
