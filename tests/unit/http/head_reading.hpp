// Reads heads as values that can be compared, from bytes that move between two calls as a growing
// buffer's do. For the head, differential and corpus tests.
#pragma once

#include "http/head.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrain::http::testing {

using FieldList = std::vector<std::pair<std::string, std::string>>;

inline FieldList list_of(const Fields& fields) {
    FieldList list;
    for (const Field& field : fields)
        list.emplace_back(field.name, field.value);
    return list;
}

struct RequestReading {
    HeadStatus status = HeadStatus::incomplete;
    int fault = 0;
    std::string sentence;
    std::string method, target, host;
    int minor_version = 0;
    FieldList fields;
    std::optional<std::uint64_t> content_length;
    bool chunked = false, keep_alive = false, expects_continue = false, wants_upgrade = false;
    std::size_t size_bytes = 0;

    bool operator==(const RequestReading&) const = default;
};

struct ResponseReading {
    HeadStatus status = HeadStatus::incomplete;
    int fault = 0;
    std::string sentence;
    int code = 0, minor_version = 0;
    std::string reason;
    FieldList fields;
    ResponseHead::Body body = ResponseHead::Body::none;
    std::uint64_t content_length = 0;
    bool keep_alive = false;
    std::size_t size_bytes = 0;

    bool operator==(const ResponseReading&) const = default;
};

// Calls `parse` with prefixes of `bytes` of the given sizes, each in memory of its own, and last
// with all of them; stops when it says something other than incomplete.
template <class Parse>
HeadStatus feed(std::string_view bytes, const std::vector<std::size_t>& cuts, Parse parse) {
    HeadStatus status = HeadStatus::incomplete;
    for (const std::size_t cut : cuts) {
        if (status != HeadStatus::incomplete) return status;
        const std::string copy(bytes.substr(0, cut));
        status = parse(std::string_view(copy));
    }
    if (status != HeadStatus::incomplete) return status;
    const std::string copy(bytes);
    return parse(std::string_view(copy));
}

inline RequestReading read_request(std::string_view bytes,
                                   const std::vector<std::size_t>& cuts = {},
                                   HeadLimits limits = {}) {
    HeadParser parser(limits);
    RequestHead head;
    RequestReading reading;
    reading.status = feed(bytes, cuts, [&](std::string_view given) {
        const HeadStatus status = parser.parse_request(given, head);
        if (status == HeadStatus::complete) {
            reading.method = head.method;
            reading.target = head.target;
            reading.host = head.host;
            reading.minor_version = head.minor_version;
            reading.fields = list_of(head.fields);
            reading.content_length = head.content_length;
            reading.chunked = head.chunked;
            reading.keep_alive = head.keep_alive;
            reading.expects_continue = head.expects_continue;
            reading.wants_upgrade = head.wants_upgrade;
            reading.size_bytes = head.size_bytes;
        }
        return status;
    });
    if (reading.status == HeadStatus::invalid) {
        reading.fault = parser.fault().status;
        reading.sentence = parser.fault().sentence;
    }
    return reading;
}

inline ResponseReading read_response(std::string_view bytes,
                                     bool to_head = false,
                                     const std::vector<std::size_t>& cuts = {},
                                     HeadLimits limits = {}) {
    HeadParser parser(limits);
    ResponseHead head;
    ResponseReading reading;
    reading.status = feed(bytes, cuts, [&](std::string_view given) {
        const HeadStatus status = parser.parse_response(given, to_head, head);
        if (status == HeadStatus::complete) {
            reading.code = head.status;
            reading.minor_version = head.minor_version;
            reading.reason = head.reason;
            reading.fields = list_of(head.fields);
            reading.body = head.body;
            reading.content_length = head.content_length;
            reading.keep_alive = head.keep_alive;
            reading.size_bytes = head.size_bytes;
        }
        return status;
    });
    if (reading.status == HeadStatus::invalid) {
        reading.fault = parser.fault().status;
        reading.sentence = parser.fault().sentence;
    }
    return reading;
}

// Every way to cut `size` bytes in two, and one byte at a time.
inline std::vector<std::vector<std::size_t>> all_cuts(std::size_t size) {
    std::vector<std::vector<std::size_t>> ways;
    std::vector<std::size_t> drip;
    for (std::size_t at = 0; at < size; ++at) {
        ways.push_back({at});
        drip.push_back(at);
    }
    ways.push_back(drip);
    return ways;
}

}  // namespace refrain::http::testing
