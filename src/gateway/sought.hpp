// What the stages of the request path hand on to each other, within Gateway.
#pragma once

#include "gateway/gateway.hpp"

#include <memory>
#include <string_view>

namespace refrain::gateway {

// One request on its way: what each stage found out, for the next.
struct Gateway::Sought {
    AskedPtr asked;
    SteadyClock::time_point started;
    std::string_view body;
    cache::AliasPtr alias;                        // key, form, operation, model
    std::shared_ptr<const providers::Plan> plan;  // absent where the alias was known
    bool past_cache = false;                      // the caller, or the mode, wants no stored answer
    bool fell_back = false;                       // another upstream failed it before
    cache::EntryPtr would_hit{};                  // in observe mode, what would have answered
};

}  // namespace refrain::gateway
