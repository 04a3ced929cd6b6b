#include "gateway/reply.hpp"

#include "base/random.hpp"
#include "base/text_code.hpp"
#include "http/writer.hpp"

#include <array>
#include <charconv>

namespace refrain::gateway {

namespace {

using net::Task;

// req_<process><count>: unique without a lock, and nothing can be learnt from it.
std::string_view fresh_request_id() {
    thread_local std::string id;
    thread_local std::size_t prefix = 0;
    thread_local std::uint64_t count = 0;
    if (prefix == 0) {
        id = "req_" + hex_encode(random_bytes(8));
        prefix = id.size();
    }
    std::array<char, 20> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), ++count, 16);
    id.resize(prefix);
    id.append(digits.data(), written.ptr);
    return id;
}

Task<Result<void>> reply_paced(server::Exchange& exchange,
                               cache::EntryPtr entry,
                               std::string_view head) {
    exchange.begin(head, std::nullopt);
    const auto started = SteadyClock::now();
    std::size_t sent = 0;
    for (const auto& mark : entry->pace) {
        const auto due = started + std::chrono::milliseconds(mark.ms);
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(due - SteadyClock::now());
        if (left.count() > 0) co_await net::sleep_for(left);
        const auto piece = entry->body->view().substr(sent, mark.end_offset - sent);
        sent = mark.end_offset;
        const auto written = co_await exchange.write(piece);
        if (!written) co_return written;
    }
    auto ended = co_await exchange.end();
    co_return ended;
}

// Whether the marks cover the body, each after the one before.
bool has_pace(const cache::Entry& entry) {
    std::size_t end = 0;
    for (const auto& mark : entry.pace) {
        if (mark.end_offset <= end) return false;
        end = mark.end_offset;
    }
    return end == entry.body->size() && end > 0;
}

}  // namespace

void begin_head(std::string& head, int status, std::string_view content_type) {
    http::HeadWriter writer(head);
    writer.status(status);
    if (!content_type.empty()) writer.field("Content-Type", content_type);
    append_request_id(head);
}

void append_request_id(std::string& head) {
    head.append("X-Request-Id: ").append(fresh_request_id()).append("\r\n");
}

void describe_stored(StatusLines& lines, const cache::Entry& entry) {
    const WallTime now = wall_now();
    lines.age_seconds = now.seconds_since(entry.created);
    if (!entry.expires.is_forever()) {
        // Begun seconds count whole, so that a fresh answer shows the TTL it was given.
        lines.ttl_seconds = entry.expires.plus(std::chrono::milliseconds(999)).seconds_since(now);
    }
}

Task<Result<void>> reply_stored(server::Exchange& exchange,
                                cache::EntryPtr entry,
                                const Standing& standing,
                                std::string_view detail,
                                bool paced) {
    std::string& head = exchange.scratch();
    write_hit_head(head, *entry, standing, detail);
    if (paced && has_pace(*entry)) {
        auto sent = co_await reply_paced(exchange, entry, head);
        co_return sent;
    }
    const std::size_t size = entry->body->size();
    auto sent = co_await reply_part(exchange, head, *entry->body, 0, size);
    co_return sent;
}

Task<Result<void>> reply_part(server::Exchange& exchange,
                              std::string_view head,
                              const cache::Body& body,
                              std::size_t first,
                              std::size_t size) {
    return exchange.reply_file(head, slice_of(body, first, size));
}

server::FileSlice slice_of(const cache::Body& body, std::size_t first, std::size_t size) {
    const bool by_file = size >= cache::kBodyFileFrom;
    return {body.view().substr(first, size), by_file ? body.descriptor() : -1, first};
}

Task<Result<void>> reply_error(server::Exchange& exchange,
                               const ErrorAnswer& answer,
                               const StatusLines* lines) {
    std::string& head = exchange.scratch();
    head.append(answer.head);
    append_request_id(head);
    if (lines != nullptr) append_status_lines(head, *lines);
    auto sent = co_await exchange.reply(head, answer.body);
    co_return sent;
}

}  // namespace refrain::gateway
