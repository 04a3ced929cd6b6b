#include "gateway/forwarding.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <unordered_map>
#include <unordered_set>

namespace refrain::gateway {

namespace {

// A field's name in lower case, without an allocation; of a long one the beginning.
class LowerName {
  public:
    explicit LowerName(std::string_view name) noexcept : whole_(name.size() <= bytes_.size()) {
        size_ = std::min(name.size(), bytes_.size());
        std::transform(name.begin(), name.begin() + size_, bytes_.begin(), [](unsigned char c) {
            return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        });
    }

    std::string_view beginning() const noexcept { return {bytes_.data(), size_}; }

    bool is_one_of(const std::unordered_set<std::string_view>& names) const {
        return whole_ && names.count(beginning()) > 0;
    }

    bool has_prefix(std::initializer_list<std::string_view> prefixes) const noexcept {
        return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) {
            return beginning().starts_with(prefix);
        });
    }

  private:
    std::array<char, 32> bytes_{};  // longer than any name and prefix that is known
    std::size_t size_ = 0;
    bool whole_;
};

using Names = std::unordered_map<std::string_view, Travel>;

// What is in none of these lists, and begins with none of the prefixes, may change the answer.
const Names& known_names() {
    static const Names names = [] {
        Names known;
        const auto add = [&known](Travel travel, std::initializer_list<std::string_view> list) {
            for (const auto name : list)
                known.emplace(name, travel);
        };
        add(Travel::credential, {"authorization", "api-key", "x-api-key", "x-goog-api-key"});
        add(Travel::unmemoized, {"accept-encoding"});
        // Framing and connection are this gateway's own business (RFC 9110 7.6.1); claims about the
        // client are for a front proxy to make, not for the caller.
        add(Travel::dropped,
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
             "range"});
        add(Travel::forwarded,
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
             "x-requested-with"});
        return known;
    }();
    return names;
}

}  // namespace

Travel travel_of(std::string_view field_name) {
    const LowerName name(field_name);
    const auto known = known_names().find(name.beginning());
    if (known != known_names().end() && known->first.size() == field_name.size()) {
        return known->second;
    }
    if (name.has_prefix({"x-refrain-", "proxy-", "x-forwarded-", "cf-", "x-envoy-"})) {
        return Travel::dropped;
    }
    if (name.has_prefix({"x-stainless-", "sec-", "x-b3-", "x-datadog-"})) return Travel::forwarded;
    return Travel::keyed;
}

std::vector<TravellingField> travelling_fields(const http::RequestHead& head) {
    std::vector<TravellingField> fields;
    for (const auto& [name, value] : head.fields) {
        const Travel travel = travel_of(name);
        if (travel == Travel::dropped || http::is_hop_by_hop(head.fields, name)) continue;
        fields.push_back({std::string(name), std::string(value), travel});
    }
    return fields;
}

std::vector<std::pair<std::string, std::string>> keyed_headers(
    std::span<const TravellingField> fields) {
    std::vector<std::pair<std::string, std::string>> keyed;
    for (const auto& [name, value, travel] : fields) {
        if (travel != Travel::keyed) continue;
        auto& field = keyed.emplace_back(name, value);
        for (char& c : field.first)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    std::sort(keyed.begin(), keyed.end());
    return keyed;
}

bool returns_to_leader(std::string_view field_name) {
    static const std::unordered_set<std::string_view> kStays{"connection",
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
                                                             "x-cache"};
    const LowerName name(field_name);
    return !name.is_one_of(kStays) && !name.has_prefix({"proxy-", "x-refrain-"});
}

bool returns_to_anyone(std::string_view field_name) {
    static const std::unordered_set<std::string_view> kReturns{"openai-version",
                                                               "content-language",
                                                               "content-disposition",
                                                               "retry-after",
                                                               "x-should-retry",
                                                               "content-encoding"};
    return LowerName(field_name).is_one_of(kReturns);
}

}  // namespace refrain::gateway
