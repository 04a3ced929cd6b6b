// What reading any provider's answer begins with: media types, members of JSON objects, reasons why
// an answer is not kept. Pure; used by the providers' answer files.
#pragma once

#include "providers/endpoint.hpp"
#include "providers/json.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace refrain::providers {

// A broken answer, for any Result.
tl::unexpected<Error> bad_answer(std::string reason);
Verdict refused(std::string_view reason);

bool is_json_type(std::string_view content_type) noexcept;
bool is_event_stream_type(std::string_view content_type) noexcept;

// The member of that name, null if `value` is no object or has none.
const Json* find(const Json& value, std::string_view name);
// The same, null also if the member is null.
const Json* find_set(const Json& value, std::string_view name);
// The string of that name, "" if there is none.
std::string_view string_of(const Json& value, std::string_view name);

// A count inside nested objects: {"usage", "prompt_tokens"}. 0 unless it is a non-negative integer.
std::int64_t count_at(const Json& value, std::initializer_list<std::string_view> path);

}  // namespace refrain::providers
