// Content-Digest and Repr-Digest (RFC 9530). Pure.
#pragma once

#include "base/digest.hpp"

#include <string>

namespace refrain::http {

// sha-256=:<base64>:
std::string digest_field(const Digest& digest);

}  // namespace refrain::http
