#include "upstream/request_head.hpp"

#include "http/characters.hpp"
#include "http/writer.hpp"

#include <algorithm>

namespace refrain::upstream {

namespace {

using http::equal_ignoring_case;

// What this client writes itself. Expect is answered by whoever took the request in.
bool is_ours(std::string_view name) noexcept {
    return equal_ignoring_case(name, "Host") || equal_ignoring_case(name, "Content-Length") ||
           equal_ignoring_case(name, "Expect");
}

// A body is expected with these, so its absence is said (RFC 9110 8.6).
bool expects_body(std::string_view method) noexcept {
    return method == "POST" || method == "PUT" || method == "PATCH";
}

void write_upgrade(std::span<const http::Field> fields, http::HeadWriter& writer) {
    writer.field("Connection", "upgrade");
    for (const auto& field : fields) {
        if (equal_ignoring_case(field.name, "Upgrade")) writer.field(field.name, field.value);
    }
}

}  // namespace

Result<void> write_request_head(const Address& to,
                                const Connection::Forwarding& forwarding,
                                const Request& request,
                                const BodyPlan& body,
                                http::Fields& connection_fields,
                                std::string& out) {
    const auto is_target_byte = [](char c) { return c > ' ' && c != '\x7f'; };
    if (!http::is_token(request.method) || request.target.empty() ||
        !std::all_of(request.target.begin(), request.target.end(), is_target_byte)) {
        return failure(ErrorCode::malformed, Origin::gateway, "the method or target is malformed");
    }
    // RFC 9110 7.6.1: fields that Connection names go no further either.
    connection_fields.clear();
    for (const auto& field : request.fields) {
        if (equal_ignoring_case(field.name, "Connection")) {
            connection_fields.add(field.name, field.value);
        }
    }

    const std::string authority = to.authority();
    std::string target = to.base_path;
    target += request.target;
    if (forwarding.by_proxy) target = "http://" + authority + target;  // RFC 9112 3.2.2

    http::HeadWriter writer(out);
    writer.request(request.method, target).field("Host", authority);
    for (const auto& field : request.fields) {
        if (is_ours(field.name) || http::is_hop_by_hop(connection_fields, field.name)) continue;
        writer.field(field.name, field.value);
    }
    if (!forwarding.authorization.empty()) {
        writer.field("Proxy-Authorization", forwarding.authorization);
    }
    if (request.upgrade) write_upgrade(request.fields, writer);
    if (body.chunked) {
        writer.field("Transfer-Encoding", "chunked");
    } else if (body.length_bytes > 0 || expects_body(request.method)) {
        writer.field("Content-Length", body.length_bytes);
    }
    writer.end();
    if (!writer.sound()) {
        return failure(ErrorCode::malformed, Origin::gateway, "a request field is malformed");
    }
    return {};
}

}  // namespace refrain::upstream
