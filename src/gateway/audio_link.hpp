// GET, HEAD and OPTIONS of /audio/{digest}.{ext}: kept audio as a file, with everything a browser
// or a CDN asks of one (docs/audio.md). The digest is the audio's own SHA-256, so whoever can name
// it has heard it, or was given the link.
#pragma once

#include "gateway/policy.hpp"
#include "gateway/services.hpp"
#include "net/loop.hpp"
#include "server/exchange.hpp"

#include <string_view>

namespace refrain::gateway {

bool is_audio_path(std::string_view target) noexcept;

// REQUIRES: is_audio_path(exchange.head().target)
net::Task<void> serve_audio(Services& services, server::Exchange& exchange, PolicyPtr policy);

}  // namespace refrain::gateway
