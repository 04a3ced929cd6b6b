#include "gateway/forwarding.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace refrain::gateway {

namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

bool one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_prefix(std::string_view name, std::initializer_list<std::string_view> prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) {
        return name.starts_with(prefix);
    });
}

}  // namespace

Travel travel_of(std::string_view field_name) noexcept {
    const std::string name = lower(field_name);
    if (one_of(name, {"authorization", "api-key", "x-api-key", "x-goog-api-key"})) {
        return Travel::credential;
    }
    // Framing and connection are this gateway's own business (RFC 9110 7.6.1); claims about the
    // client are for a front proxy to make, not for the caller.
    if (one_of(name,
               {"host",
                "connection",
                "keep-alive",
                "te",
                "trailer",
                "transfer-encoding",
                "upgrade",
                "content-length",
                "expect",
                "cache-control",
                "pragma",
                "cookie",
                "accept-encoding",
                "forwarded",
                "via",
                "x-real-ip",
                "true-client-ip",
                "cdn-loop",
                "x-http-method-override",
                "x-original-url",
                "x-rewrite-url",
                "if-match",
                "if-none-match",
                "if-modified-since",
                "if-unmodified-since",
                "if-range",
                "range"}) ||
        has_prefix(name, {"x-refrain-", "proxy-", "x-forwarded-", "cf-", "x-envoy-"})) {
        return Travel::dropped;
    }
    if (one_of(name,
               {"content-type",
                "accept",
                "accept-language",
                "accept-charset",
                "user-agent",
                "referer",
                "origin",
                "dnt",
                "priority",
                "date",
                "x-request-id",
                "x-correlation-id",
                "x-client-request-id",
                "x-goog-api-client",
                "x-goog-user-project",
                "x-goog-request-params",
                "x-server-timeout",
                "idempotency-key",
                "traceparent",
                "tracestate",
                "baggage",
                "b3",
                "x-amzn-trace-id",
                "x-cloud-trace-context",
                "x-requested-with"}) ||
        has_prefix(name, {"x-stainless-", "sec-", "x-b3-", "x-datadog-"})) {
        return Travel::forwarded;
    }
    return Travel::keyed;
}

void OwnedFields::add(std::string_view name, std::string_view value) {
    list_.emplace_back(name, value);
}

std::vector<http::Field> OwnedFields::view() const {
    std::vector<http::Field> fields;
    fields.reserve(list_.size());
    for (const auto& [name, value] : list_)
        fields.push_back({name, value});
    return fields;
}

std::vector<std::pair<std::string, std::string>> keyed_headers(const http::RequestHead& head) {
    std::vector<std::pair<std::string, std::string>> keyed;
    for (const auto& [name, value] : head.fields) {
        if (travel_of(name) != Travel::keyed) continue;
        if (http::is_hop_by_hop(head.fields, name)) continue;
        keyed.emplace_back(lower(name), value);
    }
    std::sort(keyed.begin(), keyed.end());
    return keyed;
}

bool returns_to_leader(std::string_view field_name) noexcept {
    const std::string name = lower(field_name);
    return !one_of(name,
                   {"connection",
                    "keep-alive",
                    "transfer-encoding",
                    "trailer",
                    "upgrade",
                    "content-length",
                    "content-type",
                    "date",
                    "te",
                    "age",
                    "alt-svc",
                    "cache-status",
                    "x-cache"}) &&
           !has_prefix(name, {"proxy-", "x-refrain-"});
}

bool returns_to_anyone(std::string_view field_name) noexcept {
    const std::string name = lower(field_name);
    return one_of(name,
                  {"openai-version",
                   "content-language",
                   "content-disposition",
                   "retry-after",
                   "x-should-retry",
                   "content-encoding"});
}

}  // namespace refrain::gateway
