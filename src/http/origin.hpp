// Whether a request may come from a web page that has no business here: DNS rebinding, and pages of
// other sites (Fetch Metadata, W3C Working Draft 2.1; RFC 6454 section 7). Pure.
#pragma once

#include "http/head.hpp"

#include <string_view>

namespace refrain::http {

// A Host ("localhost:8080", "[::1]") that only this machine answers to: any other may be a page's
// name that was rebound to 127.0.0.1, "127.example.com" included.
bool is_local_host(std::string_view host) noexcept;

// A request that a page of another origin made the browser send.
bool is_cross_site(const RequestHead& head);

}  // namespace refrain::http
