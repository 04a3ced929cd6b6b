// Writes the head of a request to an upstream: which of the caller's fields go along, and the ones
// that belong to the connection. Pure.
#pragma once

#include "base/error.hpp"
#include "http/fields.hpp"
#include "upstream/client.hpp"
#include "upstream/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace refrain::upstream {

// How the body will be framed (RFC 9112 6).
struct BodyPlan {
    bool chunked = false;
    std::uint64_t length_bytes = 0;  // where it is not chunked
};

// Appends to `out`. An Error if a method, target or field would break the message.
Result<void> write_request_head(const Address& to,
                                const Connection::Forwarding& forwarding,
                                const Request& request,
                                const BodyPlan& body,
                                http::Fields& connection_fields,
                                std::string& out);

}  // namespace refrain::upstream
