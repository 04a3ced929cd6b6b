// What every request's canonical form shares, whoever the provider: query and headers. Pure; used
// by the providers' plans.
#pragma once

#include "providers/endpoint.hpp"
#include "providers/json.hpp"

#include <string_view>

namespace refrain::providers {

// JSON in UTF-8: RFC 8259 defines no charset parameter, and any other encoding is another text.
bool is_json_in_utf8(std::string_view content_type);

// Adds "query" and "headers" to a canonical form if the request has any.
void add_query_and_headers(Json& canonical, const Request& request);

}  // namespace refrain::providers
