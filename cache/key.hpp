// The key of an entry: SHA-256 over length-framed fields. Everything that can change the answer or
// who may see it is one of them (docs/formats/key.md).
#pragma once

#include "base/digest.hpp"

#include <string_view>

namespace refrain::cache {

using Key = Digest;
using KeyHash = DigestHash;

// Raised whenever canonical forms change meaning: it empties every cache, so it needs a decision
// record.
inline constexpr std::string_view kKeyVersion = "refrain-1";

struct KeyFields {
    std::string_view operation;
    std::string_view upstream;   // base URL of the server asked
    std::string_view scope;      // "shared", or whose entry it is (a keyed hash, a tenant)
    std::string_view variant;    // X-Refrain-Variant, "" if none
    std::string_view canonical;  // the request in canonical form
};

Key derive_key(const KeyFields& fields);

}  // namespace refrain::cache
