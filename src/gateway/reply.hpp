// Stage 7, for what is known whole: a stored answer, or an error. Builds the head and sends both in
// one write.
#pragma once

#include "base/error.hpp"
#include "cache/entry.hpp"
#include "gateway/error_response.hpp"
#include "gateway/standing.hpp"
#include "gateway/status_lines.hpp"
#include "net/loop.hpp"
#include "server/exchange.hpp"

#include <string>
#include <string_view>

namespace refrain::gateway {

// "HTTP/1.1 200 OK", Content-Type, and an id of our own for this answer: never another caller's.
void begin_head(std::string& head, int status, std::string_view content_type);

// Only the id.
void append_request_id(std::string& head);

// Adds what a stored answer says of itself: its age and how long it is kept.
void describe_stored(StatusLines& lines, const cache::Entry& entry);

// A hit: a stored answer, as it was recorded or converted. `standing` is the entry's own. `paced`:
// a stream at the pace it came.
net::Task<Result<void>> reply_stored(server::Exchange& exchange,
                                     cache::EntryPtr entry,
                                     const Standing& standing,
                                     std::string_view detail,
                                     bool paced);

// Part of a stored body as it is best sent.
server::FileSlice slice_of(const cache::Body& body, std::size_t first, std::size_t size);

// That part as a whole answer. The body must live until the task is done.
net::Task<Result<void>> reply_part(server::Exchange& exchange,
                                   std::string_view head,
                                   const cache::Body& body,
                                   std::size_t first,
                                   std::size_t size);

net::Task<Result<void>> reply_error(server::Exchange& exchange,
                                    const ErrorAnswer& answer,
                                    const StatusLines* lines);

}  // namespace refrain::gateway
