#include "gateway/standing.hpp"

#include "base/money.hpp"
#include "gateway/reply.hpp"
#include "gateway/status_lines.hpp"
#include "http/writer.hpp"

#include <memory>
#include <utility>

namespace refrain::gateway {

namespace {

std::string money_fields(const std::string& cost, const std::string& saved) {
    return "X-Refrain-Cost-USD: " + cost + "\r\nX-Refrain-Saved-USD: " + saved + "\r\n";
}

void write_money(Standing& standing) {
    const std::string none = Money().decimal();
    if (standing.credit.is_priced) {
        const std::string cost = Money::pico(standing.credit.cost_pico).decimal();
        standing.paid_fields = money_fields(cost, none);
        standing.saved_fields = money_fields(none, cost);
    } else {
        standing.saved_fields = "X-Refrain-Cost-USD: " + none + "\r\n";
    }
}

const Standing& attach(const cache::Entry& entry, const ledger::Credit& credit) {
    auto standing = std::make_unique<Standing>();
    standing->credit = credit;
    write_money(*standing);
    standing->key = entry.key.hex();
    http::HeadWriter writer(standing->hit_head);
    writer.status(entry.status);
    if (!entry.content_type.empty()) writer.field("Content-Type", entry.content_type);
    for (const auto& [name, value] : entry.headers)
        writer.field(name, value);
    StatusLines lines;
    lines.outcome = Outcome::hit;
    lines.key = standing->key;
    lines.money = standing->saved_fields;
    append_lasting_lines(standing->hit_head, lines);
    return static_cast<const Standing&>(entry.attachment.attach(std::move(standing)));
}

}  // namespace

const Standing& standing_of(ledger::Names& names, const cache::Entry& entry) {
    if (const auto* known = entry.attachment.get()) return static_cast<const Standing&>(*known);
    return attach(entry, ledger::read_credit(names, entry));
}

void attach_standing(const cache::Entry& entry, const ledger::Credit& credit) {
    attach(entry, credit);
}

void write_hit_head(std::string& head,
                    const cache::Entry& entry,
                    const Standing& standing,
                    std::string_view detail) {
    head.append(standing.hit_head);
    append_request_id(head);
    StatusLines lines;
    lines.outcome = Outcome::hit;
    lines.detail = detail;
    lines.key = standing.key;
    describe_stored(lines, entry);
    append_passing_lines(head, lines);
}

}  // namespace refrain::gateway
