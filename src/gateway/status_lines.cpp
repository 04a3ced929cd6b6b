#include "gateway/status_lines.hpp"

#include "http/cache_status.hpp"

namespace refrain::gateway {

void append_status_lines(std::string& head, const StatusLines& lines) {
    append_lasting_lines(head, lines);
    append_passing_lines(head, lines);
}

void append_lasting_lines(std::string& head, const StatusLines& lines) {
    head.append("X-Cache: ").append(x_cache(lines.outcome)).append("\r\n");
    if (!lines.key.empty()) head.append("X-Refrain-Key: ").append(lines.key).append("\r\n");
    head.append(lines.money);
}

void append_passing_lines(std::string& head, const StatusLines& lines) {
    http::CacheStatus status;
    status.key = lines.key;
    status.detail = lines.detail;
    status.ttl = lines.ttl_seconds;
    switch (lines.outcome) {
        case Outcome::hit:
        case Outcome::revalidated: status.hit = true; break;
        case Outcome::stale: status.fwd = http::Forwarded::stale; break;
        case Outcome::bypass: status.fwd = http::Forwarded::bypass; break;
        case Outcome::coalesced:
        case Outcome::miss:
        case Outcome::failed:
            status.fwd = lines.by_request ? http::Forwarded::request : http::Forwarded::miss;
            break;
    }
    status.fwd_status = lines.fwd_status;
    status.stored = lines.stored;
    if (lines.outcome == Outcome::coalesced) status.collapsed = true;
    head.append("Cache-Status: ");
    status.append_to(head);
    head.append("\r\n");
    if (lines.age_seconds) {
        head.append("Age: ").append(std::to_string(*lines.age_seconds)).append("\r\n");
    }
}

}  // namespace refrain::gateway
