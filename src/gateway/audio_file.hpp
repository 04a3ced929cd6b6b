// The answers under /audio/: a kept sound as a file (whole, in parts, or not changed), and
// refusals that scripts on other origins may read. Used by audio_link.cpp.
#pragma once

#include "base/error.hpp"
#include "cache/entry.hpp"
#include "net/loop.hpp"
#include "server/exchange.hpp"

#include <string>
#include <string_view>

namespace refrain::gateway {

// Players on other origins may load it.
inline constexpr std::string_view kSharingField = "Access-Control-Allow-Origin: *\r\n";

struct AudioFile {
    cache::EntryPtr entry;      // its body is sound
    std::string_view tier;      // where it was found
    std::string cache_control;  // how long others may keep it
};

// Answers a GET or HEAD: conditions (RFC 9110 13), ranges (14), digests (RFC 9530).
net::Task<Result<void>> reply_audio(server::Exchange& exchange, AudioFile file);

// `fields` are more lines of the head, each with its CRLF.
net::Task<Result<void>> refuse_audio(server::Exchange& exchange,
                                     int status,
                                     std::string_view code,
                                     std::string_view sentence,
                                     std::string_view fields);

}  // namespace refrain::gateway
