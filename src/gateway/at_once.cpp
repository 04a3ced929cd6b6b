// A hit that needs no waiting: its bytes are here, they were seen before, and memory has the answer
// in the wanted form. No coroutine, no JSON, no digest; everything else is left to handle().
#include "gateway/audio_link.hpp"
#include "gateway/gateway.hpp"
#include "gateway/reply.hpp"

#include <array>

namespace refrain::gateway {

using config::Mode;

namespace {

// Whether the head alone rules nothing out.
bool may_be_hit(const Asked& asked, const http::RequestHead& head) {
    const Mode mode = asked.policy->config.mode;
    const Controls& controls = asked.controls;
    return asked.route.endpoint != nullptr && !head.wants_upgrade &&
           (mode == Mode::memoize || mode == Mode::replay) && !controls.cache_control.no_store &&
           !controls.cache_control.no_cache && !controls.wants_link && !controls.paced &&
           !asked.is_form();
}

}  // namespace

bool Gateway::answer_at_once(server::Exchange& exchange) {
    const auto started = SteadyClock::now();
    const http::RequestHead& head = exchange.head();
    if (is_control_path(head.target) || is_audio_path(head.target)) return false;
    const auto body = exchange.body_if_here();
    if (!body) return false;
    const auto asked = asked_.ask(exchange, policy_, services_.secret, services_.ledger.names());
    if (!asked || !may_be_hit(**asked, head) || !may_be_given_stored(**asked)) return false;
    if (body->size() > (*asked)->policy->config.server.max_body_bytes) return false;
    const std::array<std::string_view, 2> parts{(*asked)->alias_prefix, *body};
    const auto alias = services_.aliases.find(parts);
    if (!alias) return false;
    // Whether its credential is good has to be asked of the upstream it goes to.
    if (alias->elsewhere && (*asked)->identity.scope == "shared") return false;
    const Wanted wanted{(*asked)->route.endpoint, &(*asked)->controls, alias->key, alias->form};
    const Answered found = look_in_memory(services_, wanted);
    if (!found.entry) return false;

    const Standing& standing = standing_of(services_.ledger.names(), *found.entry);
    std::string& text = exchange.scratch();
    write_hit_head(text, *found.entry, standing, found.tier);
    const cache::Body& stored = *found.entry->body;
    exchange.reply_at_once(text, slice_of(stored, 0, stored.size()), found.entry);

    ledger::Line line;
    line.outcome = Outcome::hit;
    line.cell = {standing.credit.subject, (*asked)->party};
    line.credit = &standing.credit;
    line.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - started);
    till_.enter(line);
    return true;
}

}  // namespace refrain::gateway
