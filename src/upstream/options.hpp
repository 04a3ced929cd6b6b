// How the upstream client behaves. Plain values, set once at start-up.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace refrain::upstream {

struct Options {
    std::chrono::milliseconds connect_timeout{5'000};       // resolve, connect, TLS, each
    std::chrono::milliseconds first_byte_timeout{600'000};  // from the request sent to the head
    std::chrono::milliseconds between_bytes_timeout{120'000};
    std::size_t max_idle_per_address = 64;
    std::chrono::milliseconds idle_timeout{55'000};  // shorter than the providers' own 60 s
    bool decode = true;                              // undo gzip and br content codings

    // As curl reads them: HTTPS_PROXY / https_proxy, HTTP_PROXY is http_proxy only, NO_PROXY.
    std::string https_proxy;
    std::string http_proxy;
    std::string no_proxy;
};

// The defaults, with the proxies of the environment.
Options options_from_environment();

}  // namespace refrain::upstream
