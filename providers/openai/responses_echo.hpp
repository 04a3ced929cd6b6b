// Rewrites what a Responses answer repeats of its request (metadata, user, …), so that callers who
// differ only in these share one entry and each reads their own. Pure; called by responses_answer.
#pragma once

#include "providers/endpoint.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace refrain::providers::openai {

// Two canonical JSON objects: what the recorded answer echoes and what this caller sent.
// A member on which both agree stays as recorded. One that the caller did not send is written as
// the API does: {} for metadata, null for the others.
struct EchoChange {
    std::string from;
    std::string to;
};

// `response` with its echo rewritten by splice. REQUIRES: valid JSON, an object.
std::string with_echo(std::string_view response, const EchoChange& change);

// The same for the "response" of every event of a stream.
std::unique_ptr<LiveFilter> echo_filter(EchoChange change);

}  // namespace refrain::providers::openai
