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

#include "providers/endpoint.hpp"
#include "providers/json.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::providers::openai {

// More choices or tool calls than any provider gives: a larger index is a lie.
inline constexpr std::size_t kMaxIndex = 100'000;

// A broken answer, for any Result.
tl::unexpected<Error> bad_answer(std::string reason);
Verdict refused(std::string_view reason);

bool is_json_type(std::string_view content_type) noexcept;
bool is_event_stream_type(std::string_view content_type) noexcept;

// Absent if the answer is a 200 of the type its form says, else the reason.
std::optional<std::string> envelope_fault(const Answer& answer);

// The body as a JSON object without an error inside, its numbers as written.
Result<Json> object_of(std::string_view body);
// The same after envelope_fault().
Result<Json> json_answer(const Answer& answer);

// The member of that name, null if `value` is no object or has none.
const Json* find(const Json& value, std::string_view name);
// The same, null also if the member is null.
const Json* find_set(const Json& value, std::string_view name);
// The string of that name, "" if there is none.
std::string_view string_of(const Json& value, std::string_view name);
// The index an array element says it has: absent if it is no integer from 0 to kMaxIndex - 1.
std::optional<std::size_t> index_of(const Json& value);

// A count inside nested objects: {"usage", "prompt_tokens"}. 0 unless it is a non-negative integer.
std::int64_t count_at(const Json& value, std::initializer_list<std::string_view> path);

}  // namespace refrain::providers::openai
