// HTTP for the commands that talk to a running gateway. The one place that knows the HTTP client
// library. Blocks.
#pragma once

#include "base/error.hpp"

#include <string>

namespace refrain::cli {

struct HttpAnswer {
    int status = 0;
    std::string body;
};

struct HttpQuestion {
    std::string url;  // of the gateway: http://127.0.0.1:8080
    std::string path;
    std::string bearer_token;  // "" sends none
};

// Fails with a sentence for people if there is no answer: unreachable, TLS, timeout, over 16 MiB.
Result<HttpAnswer> http_get(const HttpQuestion& question);

}  // namespace refrain::cli
