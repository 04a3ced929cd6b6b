#include "gateway/error_response.hpp"

#include "http/writer.hpp"

#include <nlohmann/json.hpp>

namespace refrain::gateway {

namespace {

using providers::Dialect;

constexpr std::string_view kRetryAfter = "1";  // second: what overloads a gateway passes quickly

std::string_view openai_type(int status) noexcept {
    if (status == 401 || status == 403) return "authentication_error";
    if (status == 429) return "rate_limit_error";
    return status < 500 ? "invalid_request_error" : "server_error";
}

// google.rpc.Code for an HTTP status.
std::string_view google_status(int status) noexcept {
    switch (status) {
        case 400:
        case 405:
        case 413:
        case 414:
        case 415:
        case 431: return "INVALID_ARGUMENT";
        case 401: return "UNAUTHENTICATED";
        case 403: return "PERMISSION_DENIED";
        case 404: return "NOT_FOUND";
        case 408:
        case 504: return "DEADLINE_EXCEEDED";
        case 429: return "RESOURCE_EXHAUSTED";
        case 501: return "UNIMPLEMENTED";
        case 502:
        case 503: return "UNAVAILABLE";
        default: return "INTERNAL";
    }
}

// The word and the status for each kind of failure.
struct Shape {
    int status;
    std::string_view code;
};

Shape shape_of(const Error& error) noexcept {
    const bool upstream = error.origin == Origin::upstream;
    switch (error.code) {
        case ErrorCode::malformed:
            return upstream ? Shape{502, "refrain_upstream_malformed"}
                            : Shape{400, "refrain_malformed"};
        case ErrorCode::too_large:
            return upstream ? Shape{502, "refrain_upstream_too_large"}
                            : Shape{413, "refrain_body_too_large"};
        case ErrorCode::unauthorized: return {401, "refrain_unauthorized"};
        case ErrorCode::not_found: return {404, "refrain_not_found"};
        case ErrorCode::timeout:
            return upstream ? Shape{504, "refrain_upstream_timeout"}
                            : Shape{408, "refrain_request_timeout"};
        case ErrorCode::unreachable: return {502, "refrain_upstream_unreachable"};
        case ErrorCode::broken:
            return upstream ? Shape{502, "refrain_upstream_broken"}
                            : Shape{500, "refrain_internal"};
        case ErrorCode::cancelled: return {503, "refrain_cancelled"};
        case ErrorCode::unavailable: return {503, "refrain_unavailable"};
        case ErrorCode::unsupported: return {501, "refrain_unsupported"};
    }
    return {500, "refrain_internal"};
}

}  // namespace

int http_status(const Error& error) noexcept {
    return shape_of(error).status;
}

ErrorAnswer error_answer(Dialect dialect,
                         int status,
                         std::string_view code,
                         std::string_view sentence) {
    nlohmann::ordered_json body;
    if (dialect == Dialect::google || dialect == Dialect::google_array) {
        body["error"] = {{"code", status},
                         {"message", sentence},
                         {"status", google_status(status)},
                         {"details",
                          {{{"@type", "type.googleapis.com/google.rpc.ErrorInfo"},
                            {"reason", code},
                            {"domain", "refrain"}}}}};
    } else {
        body["error"] = {{"message", sentence},
                         {"type", openai_type(status)},
                         {"param", nullptr},
                         {"code", code}};
    }
    ErrorAnswer answer;
    answer.status = status;
    http::HeadWriter head(answer.head);
    head.status(status).field("Content-Type", "application/json");
    if (status == 503) head.field("Retry-After", kRetryAfter);
    if (dialect == Dialect::google_array) body = nlohmann::ordered_json::array({body});
    answer.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return answer;
}

ErrorAnswer error_answer(Dialect dialect, const Error& error) {
    const Shape shape = shape_of(error);
    return error_answer(dialect, shape.status, shape.code, error.message);
}

}  // namespace refrain::gateway
