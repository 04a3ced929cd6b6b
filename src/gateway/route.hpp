// Stage 1: where a request goes. A mount, a credential or the path itself chooses the upstream;
// the rest of the path names the endpoint. Pure.
#pragma once

#include "base/error.hpp"
#include "gateway/upstreams.hpp"
#include "http/head.hpp"
#include "providers/endpoint.hpp"
#include "providers/registry.hpp"

#include <string>

namespace refrain::gateway {

struct Route {
    const Upstream* upstream = nullptr;
    const providers::Endpoint* endpoint = nullptr;  // null: passes through
    providers::Dialect dialect = providers::Dialect::openai;
    std::string path;      // decoded, without the mount
    std::string target;    // what goes upstream: raw path and query, without the mount
    std::string query;     // without credentials, for the key
    std::string deliver;   // the value of ?deliver= of a memoized call, taken off the two above
    bool mounted = false;  // the path named the upstream

    std::string_view raw_query() const;  // of the target, credentials included
};

// Whether a path belongs to the gateway itself: /refrain/…, /metrics.
bool is_control_path(std::string_view target) noexcept;

// The dialect errors for this target are written in, understood or not.
providers::Dialect dialect_of(std::string_view target) noexcept;

// Where a request for this model goes instead, once its body is read: to the upstream that claims
// the model, or with a "gemini-…" model in OpenAI's format to Google's endpoint for that. The same
// route for any other model, and wherever a mount has chosen.
Route route_for_model(const Route& route, const Upstreams& upstreams, std::string_view model);

// A target without the credentials in its query ("?key=…").
std::string without_credentials(std::string_view target);

// Fails with malformed (the target) or not_found (no provider has such a path).
Result<Route> find_route(const http::RequestHead& head, const Upstreams& upstreams);

}  // namespace refrain::gateway
