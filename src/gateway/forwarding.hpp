// Which header fields travel: to the upstream, into the key, back to the caller, and into an entry.
// The rule that keeps entries honest: on memoized calls, what is forwarded is keyed, unless it is
// known to be telemetry or transport (docs/request-path.md).
#pragma once

#include "http/fields.hpp"
#include "http/head.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrain::gateway {

enum class Travel {
    dropped,     // hop-by-hop, ours, or a claim about the client that an upstream might believe
    forwarded,   // cannot change the answer
    keyed,       // might change the answer: part of the key
    credential,  // forwarded, and keyed through the scope
};

Travel travel_of(std::string_view name) noexcept;

// Fields copied out of a request, so that they outlive its connection.
class OwnedFields {
  public:
    void add(std::string_view name, std::string_view value);
    std::vector<http::Field> view() const;

  private:
    std::vector<std::pair<std::string, std::string>> list_;
};

// The keyed fields of a request: lower-case names, sorted.
std::vector<std::pair<std::string, std::string>> keyed_headers(const http::RequestHead& head);

// Whether a field of an upstream's answer is passed on to the caller who caused it.
bool returns_to_leader(std::string_view name) noexcept;
// Whether it may also be given to others, now or from the cache.
bool returns_to_anyone(std::string_view name) noexcept;

}  // namespace refrain::gateway
