#include "gateway/status_lines.hpp"

#include "http/cache_status.hpp"

namespace refrain::gateway {

void append_status_lines(std::string& head, const StatusLines& lines) {
    const std::string key = lines.key == nullptr ? std::string() : lines.key->hex();
    http::CacheStatus status;
    status.key = key;
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
    head.append("\r\nX-Cache: ");
    head.append(x_cache(lines.outcome)).append("\r\n");
    if (!key.empty()) head.append("X-Refrain-Key: ").append(key).append("\r\n");
    head.append(lines.money);
    if (lines.age_seconds) {
        head.append("Age: ").append(std::to_string(*lines.age_seconds)).append("\r\n");
    }
}

}  // namespace refrain::gateway
