// Conditional requests (RFC 9110 13): whether a GET or HEAD of a representation with these
// validators is answered in full. Pure.
#pragma once

#include "base/clock.hpp"
#include "http/fields.hpp"

#include <string_view>

namespace refrain::http {

struct Validators {
    std::string_view etag;  // strong, with its quotes
    WallTime modified;
};

enum class Condition {
    met,           // go on
    not_modified,  // 304
    failed,        // 412
};

// If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since, in the order of 13.2.2. A
// date that cannot be read is no condition.
Condition evaluate(const Fields& fields, const Validators& validators);

// Whether Range counts: there is no If-Range, or it names these validators.
bool range_counts(const Fields& fields, const Validators& validators);

}  // namespace refrain::http
