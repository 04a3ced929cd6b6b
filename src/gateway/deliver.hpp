// X-Refrain-Deliver: url. Instead of audio, a link to it (docs/audio.md).
#pragma once

#include "cache/entry.hpp"
#include "gateway/asked.hpp"
#include "gateway/status_lines.hpp"
#include "net/loop.hpp"
#include "server/exchange.hpp"

#include <string>
#include <string_view>

namespace refrain::gateway {

// Why a request that wants a link can never have one, as a sentence; "" if it can.
std::string_view why_no_link(const Asked& asked);

// {"url", "digest", "content_type", "bytes", "duration_seconds", "expires_at", "cache"} for an
// entry whose body is sound.
std::string link_json(const server::Exchange& exchange,
                      const Policy& policy,
                      const cache::Entry& entry,
                      Outcome outcome);

// Answers with that. `lines` says how the entry was found.
net::Task<Result<void>> reply_link(server::Exchange& exchange,
                                   AskedPtr asked,
                                   cache::EntryPtr entry,
                                   StatusLines lines);

}  // namespace refrain::gateway
