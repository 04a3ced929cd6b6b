// GET /refrain/: the dashboard, a page that reads the control plane as any other client does. Its
// files are part of the program and hold no data, so they need no token; what they ask for does.
// Pure.
#pragma once

#include "http/head.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace refrain::control {

struct Asset {
    std::string_view content_type;
    std::string_view body;
    std::string etag;  // strong, with its quotes
};

// The file behind /refrain/ or /refrain/assets/…
std::optional<Asset> dashboard_asset(std::string_view path);

// Whether dashboard_answer() answers there: at the files and at /refrain, which leads to them.
bool is_dashboard(std::string_view path);

// The answer to a request at such a path: appends its head to `head` and gives the body.
std::string_view dashboard_answer(const http::RequestHead& request, std::string& head);

}  // namespace refrain::control
