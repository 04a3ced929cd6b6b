// The response headers that surround an OpenAI answer: ids, limits, a CDN's cookies. A gateway must
// not repeat most of them, so a provider to test it with has to send them. Thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace refrain::demo {

std::vector<std::pair<std::string, std::string>> provider_headers(
    std::chrono::milliseconds processing);

}  // namespace refrain::demo
