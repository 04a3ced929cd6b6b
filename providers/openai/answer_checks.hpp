// What every judge of an OpenAI answer asks first, and the reasons it gives. Pure; called by the
// *_answer files. A failure's message is the reason, a token users see in Cache-Status:
//
//   status-500  content-type  invalid-json  duplicate-names  too-deep  invalid-unicode
//   error-object      the provider said it failed, with status 200
//   truncated         bytes after the last whole event
//   not-terminated    no "[DONE]" or terminal event
//   after-end         events after the end
//   malformed         a member is missing or of the wrong type
//   missing-choices   fewer choices, images or results than asked for
//   unfinished        a choice without a finish_reason, a response that is not completed
//   content-filter    cut off by the provider's filter
//   expiring-url      a link that will die before the entry
#pragma once

#include "providers/answer_members.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::providers::openai {

// More choices or tool calls than any provider gives: a larger index is a lie.
inline constexpr std::size_t kMaxIndex = 100'000;

using providers::bad_answer;
using providers::count_at;
using providers::find;
using providers::find_set;
using providers::is_event_stream_type;
using providers::is_json_type;
using providers::refused;
using providers::string_of;

// Absent if the answer is a 200 of the type its form says, else the reason.
std::optional<std::string> envelope_fault(const Answer& answer);

// The body as a JSON object without an error inside, its numbers as written.
Result<Json> object_of(std::string_view body);
// The same after envelope_fault().
Result<Json> json_answer(const Answer& answer);

// The index an array element says it has: absent if it is no integer from 0 to kMaxIndex - 1.
std::optional<std::size_t> index_of(const Json& value);

}  // namespace refrain::providers::openai
