// The response fields that say what the cache did: Cache-Status (RFC 9211), X-Cache, X-Refrain-Key,
// Age and the money. The only place that writes them.
#pragma once

#include "base/outcome.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::gateway {

struct StatusLines {
    Outcome outcome = Outcome::bypass;
    std::string_view detail;                  // a tier, or why it was not kept; "" for none
    std::optional<std::int64_t> ttl_seconds;  // absent: for ever, or not kept
    std::optional<int> fwd_status;            // what the upstream answered
    bool stored = false;
    bool by_request = false;  // the caller asked to go past the cache
    std::string_view key;     // in hex, "" for none
    std::optional<std::int64_t> age_seconds;
    std::string_view money;  // ready fields of Standing; "" where nothing is known
};

// Appends the lines, each with its CRLF.
void append_status_lines(std::string& head, const StatusLines& lines);

// The same in two parts: what every hit on one entry says alike, and what changes with the time and
// the tier.
void append_lasting_lines(std::string& head, const StatusLines& lines);
void append_passing_lines(std::string& head, const StatusLines& lines);

}  // namespace refrain::gateway
