// Judges the answers of POST /v1/moderations. Pure; called by the moderation endpoint from any
// thread. One form, "json", and no usage: the call is free.
#pragma once

#include "providers/endpoint.hpp"

namespace refrain::providers::openai {

Verdict judge_moderation(const Plan& plan, const Answer& answer);

}  // namespace refrain::providers::openai
