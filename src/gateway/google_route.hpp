// Which of Google's servers a path belongs to, and which paths of theirs speak OpenAI's format.
// Pure; used by route.cpp.
#pragma once

#include "gateway/upstreams.hpp"
#include "http/head.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace refrain::gateway {

bool is_google_credential_parameter(std::string_view name) noexcept;

// Whether the request carries what only Google takes: an API key in its header or in the query, or
// an OAuth token of Google's.
bool has_google_credential(const http::RequestHead& head, std::string_view query);

// The upstream a path without a mount belongs to, null if it is none of Google's, or none is
// configured for it. On paths that OpenAI has as well the credential decides.
const Upstream* google_upstream(std::string_view method,
                                std::string_view path,
                                bool has_google_credential,
                                const Upstreams& upstreams);

// Paths only Google has, also where none is configured for them: "/v1beta/…", "…:generateContent".
bool is_google_path(std::string_view method, std::string_view path) noexcept;

// "/v1/chat/completions" for "/v1beta/openai/chat/completions", Google's endpoint for clients that
// speak OpenAI's format; absent for any other path.
std::optional<std::string> openai_compatible_path(std::string_view path);
// The other way round, of a target with its query; absent if it does not begin with "/v1/".
std::optional<std::string> google_compatible_target(std::string_view target);

}  // namespace refrain::gateway
