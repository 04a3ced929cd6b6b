// Which header fields travel: to the upstream, into the key, back to the caller, and into an entry.
// The rule that keeps entries honest: on memoized calls, what is forwarded is keyed, unless it is
// known to be telemetry or transport (docs/request-path.md).
#pragma once

#include "http/fields.hpp"
#include "http/head.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrain::gateway {

enum class Travel {
    dropped,     // hop-by-hop, ours, or a claim about the client that an upstream might believe
    unmemoized,  // forwarded on calls that pass through; memoized ones say it themselves
    forwarded,   // cannot change the answer
    keyed,       // might change the answer: part of the key
    credential,  // forwarded, and keyed through the scope
};

Travel travel_of(std::string_view name);

// One that travels, copied out of its request so that it outlives the connection.
struct TravellingField {
    std::string name;
    std::string value;
    Travel travel;  // not dropped
};

std::vector<TravellingField> travelling_fields(const http::RequestHead& head);

// The keyed ones of them: lower-case names, sorted.
std::vector<std::pair<std::string, std::string>> keyed_headers(
    std::span<const TravellingField> fields);

// Whether a field of an upstream's answer is passed on to the caller who caused it.
bool returns_to_leader(std::string_view name);
// Whether it may also be given to others, now or from the cache.
bool returns_to_anyone(std::string_view name);

}  // namespace refrain::gateway
