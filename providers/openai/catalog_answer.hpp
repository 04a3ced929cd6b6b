// Judges the answers of GET /v1/models. Pure; called by the catalog endpoint from any thread. One
// form, "json", and no usage.
#pragma once

#include "providers/endpoint.hpp"

namespace refrain::providers::openai {

Verdict judge_catalog(const Plan& plan, const Answer& answer);

}  // namespace refrain::providers::openai
